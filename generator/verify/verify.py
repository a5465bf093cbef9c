"""Run every proof of a project's layers on a copy of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from generator.errors import ProgramFailed
from generator.record import Record, read_record
from generator.verify.addresses import refuse_remote_addresses
from generator.verify.environment import prepare
from generator.verify.settings import change
from generator.verify.verdict import Claim, Failed, Proof, Verdict
from generator.verify.workspace import Workspace, copy_project

__all__ = ["verify"]


def verify(
    project: Path,
    *,
    environments: Path | None = None,
    keep: bool = False,
    only: Collection[str] = (),
    tell: Callable[[str], None] = lambda text: None,
) -> Verdict:
    """Prove on a copy that `project` trains, serves and detects drift as its level promises.

    The project itself is only read, and no process stays behind, on an interruption either.

    Args:
        project: folder of a generated project.
        environments: folder of compiled environments to clone and to keep.
        keep: leave the copy in place and tell where it is.
        only: proofs to try, with those that they need, and layers, all of theirs; none for all.
        tell: takes a line when a long step begins and when a proof is done.

    Raises:
        InvalidRecord: `project` is none that the tool made.
        ValueError: `only` names neither a proof nor a layer of the project.
        Refused: its settings name an address that is neither a file nor loopback.
    """
    record = read_record(project)
    refuse_remote_addresses(project)
    workspace = Workspace(Path(tempfile.mkdtemp(prefix="mlops-maturity-verify-")))
    try:
        workspace.project.mkdir()
        copy_project(project, workspace)
        _shorten(workspace, record)
        return Verdict(record.level, tuple(_proofs(workspace, record, environments, only, tell)))
    except KeyboardInterrupt:
        tell(f"interrupted; its processes are ended and {workspace.folder} is removed, please wait")
        raise
    finally:
        workspace.open.close()
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
    only: Collection[str],
    tell: Callable[[str], None],
) -> Iterator[Proof]:
    tell("installing the project's packages into an environment of its own")
    found = list(_claims(workspace, record, environments))
    claims = {claim.name: claim for _, claim in found}
    if unknown := set(only) - {name for layer, claim in found for name in (layer, claim.name)}:
        raise ValueError(f"neither a proof nor a layer: {', '.join(sorted(unknown))}")
    asked = [claim.name for layer, claim in found if not only or {layer, claim.name} & set(only)]
    wanted = set().union(*(_with_needs(name, claims) for name in asked))
    held: set[str] = set()
    for claim in claims.values():
        if claim.name in wanted and held.issuperset(claim.needs):
            proof = claim.prove()
            tell(f"{'passed' if proof.passed else 'FAILED'}  {proof.name} ({proof.seconds:.1f} s)")
            held |= {claim.name} if proof.passed else set()
            yield proof


def _with_needs(name: str, claims: Mapping[str, Claim]) -> set[str]:
    return {name}.union(*(_with_needs(one, claims) for one in claims[name].needs))


def _claims(
    workspace: Workspace, record: Record, environments: Path | None
) -> Iterator[tuple[str, Claim]]:
    """Every claim, in order, with the layer that makes it."""
    installs = "its packages install into an empty environment"
    yield "", Claim("installs", installs, lambda: _install(workspace, environments))
    for layer in record.layers:
        proofs = import_module(f"generator.verify.proofs.{layer}")
        for claim in proofs.claims(workspace, record.context):
            yield layer, claim
    left = "no process of it is left running"
    yield "", Claim("ends", left, lambda: _nothing_left(workspace), needs=("reads",))


def _shorten(workspace: Workspace, record: Record) -> None:
    """Give the copy the settings with which its layers can be proven within a minute."""
    for layer in record.layers:
        proofs = import_module(f"generator.verify.proofs.{layer}")
        change(workspace.project, getattr(proofs, "SETTINGS", {}))


def _install(workspace: Workspace, environments: Path | None) -> str:
    try:
        prepare(workspace, environments)
    except ProgramFailed as error:
        raise Failed(f"{error}; {error.hint}") from None
    places = (workspace.project / ".venv/lib").glob("python*/site-packages/*.dist-info")
    return f"{sum(1 for _ in places)} packages"


def _nothing_left(workspace: Workspace) -> str:
    workspace.open.close()
    left = workspace.end_processes()
    if left:
        raise Failed(f"left running: {', '.join(left)}")
    return "none left"
