"""Run every proof of a project's layers on a copy of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from generator.errors import ProgramFailed
from generator.record import Record, read_record
from generator.verify.addresses import refuse_remote_addresses
from generator.verify.environment import prepare
from generator.verify.verdict import Failed, Proof, Verdict, prove
from generator.verify.workspace import Workspace, copy_project

__all__ = ["verify"]


def verify(
    project: Path,
    *,
    environments: Path | None = None,
    keep: bool = False,
    to_first_failure: bool = False,
    tell: Callable[[str], None] = lambda text: None,
) -> Verdict:
    """Prove on a copy that `project` trains, serves and detects drift as its level promises.

    The project itself is only read, and no process stays behind, on an interruption either.

    Args:
        project: folder of a generated project.
        environments: folder of compiled environments to clone and to keep.
        keep: leave the copy in place and tell where it is.
        to_first_failure: try nothing more once a proof has failed.
        tell: takes a line when a long step begins and when a proof is done.

    Raises:
        InvalidRecord: `project` is none that the tool made.
        Refused: its settings name an address that is neither a file nor loopback.
    """
    record = read_record(project)
    refuse_remote_addresses(project)
    workspace = Workspace(Path(tempfile.mkdtemp(prefix="mlops-maturity-verify-")))
    try:
        workspace.project.mkdir()
        copy_project(project, workspace)
        tried = []
        for proof in _proofs(workspace, record, environments, tell):
            tell(f"{'passed' if proof.passed else 'FAILED'}  {proof.name} ({proof.seconds:.1f} s)")
            tried.append(proof)
            if to_first_failure and not proof.passed:
                break
        return Verdict(record.level, tuple(tried))
    finally:
        workspace.end_processes()
        _leave(workspace, keep, tell)


def _leave(workspace: Workspace, keep: bool, tell: Callable[[str], None]) -> None:
    if keep:
        tell(f"kept: {workspace.project}")
    else:
        shutil.rmtree(workspace.folder, ignore_errors=True)


def _proofs(
    workspace: Workspace,
    record: Record,
    environments: Path | None,
    tell: Callable[[str], None],
) -> Iterator[Proof]:
    tell("installing the project's packages into an environment of its own")
    installed = prove(
        "installs",
        "its packages install into an empty environment",
        lambda: _install(workspace, environments),
    )
    yield installed
    if not installed.passed:
        return
    for layer in record.layers:
        layer_proofs = import_module(f"generator.verify.proofs.{layer}")
        for proof in layer_proofs.proofs(workspace, record.context):
            yield proof
            if not proof.passed and proof.name in layer_proofs.NEEDED:
                return
    yield prove("ends", "no process of it is left running", lambda: _nothing_left(workspace))


def _install(workspace: Workspace, environments: Path | None) -> str:
    try:
        prepare(workspace, environments)
    except ProgramFailed as error:
        raise Failed(f"{error}; {error.hint}") from None
    places = (workspace.project / ".venv/lib").glob("python*/site-packages/*.dist-info")
    return f"{sum(1 for _ in places)} packages"


def _nothing_left(workspace: Workspace) -> str:
    left = workspace.end_processes()
    if left:
        raise Failed(f"left running: {', '.join(left)}")
    return "none left"
