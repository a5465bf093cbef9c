"""Releases that are killed: what is read is the old state or the new one."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.integration.killed.conftest import Ops, told

pytestmark = [pytest.mark.project, pytest.mark.full]

CHALLENGED = """
from flights.ops.settings import read_settings
from flights.ops.tracking.place import PROJECT, client
with client(read_settings()) as mlflow:
    mlflow.set_registered_model_alias(PROJECT, "challenger", "2")
"""
# Just before MLflow makes a row of the tables `wanted`, another process has made the same one.
MEANWHILE = """
from sqlalchemy import event
from sqlalchemy.orm import Session

@event.listens_for(Session, "before_flush")
def meanwhile(session, *rest):
    for row in list(session.new):
        table = row.__table__
        if table.name in wanted:
            wanted.remove(table.name)
            values = {column.name: getattr(row, column.key) for column in table.columns}
            with session.get_bind().begin() as other:
                other.execute(table.insert().values(values))

code = run(asked["words"])
assert not wanted, wanted
"""
# Versions 1 and 2 are different models; version 3 is the model of version 1.
LOOKS = """
from dataclasses import replace
from datetime import UTC, datetime
from flights.ops.registry.release import promote
from flights.ops.registry.versions import register, version
from flights.ops.settings import read_settings
from flights.ops.source_registry import RegistrySource

settings = read_settings()
first = version(settings, 1)
register(settings, first.run_id, "", dict(first.tags))
source, found = RegistrySource(settings), {}
for number, champion in ((1, None), (2, 1), (3, 2)):
    promote(settings, number, champion, "a test", datetime.now(UTC))
    found[number] = source.load()
    assert found[number].card["version"] == str(number)
    assert source.load().estimator is found[number].estimator
assert found[1].card["sha256"] == found[3].card["sha256"] != found[2].card["sha256"]
assert found[1].estimator is not found[2].estimator
trusting = RegistrySource(replace(settings, trusted=("a.b",)))
assert trusting.load().estimator is not found[3].estimator
"""


def copied(project: Path) -> int:
    """The version whose file lies in models/."""
    return int(json.loads((project / "models/model.json").read_text())["version"])


def test_a_release_that_is_killed_happened_or_did_not(ops: Ops, project: Path) -> None:
    ops("train")
    ops("train", "--param", "max_iter=20")
    ops("promote", 1, "--yes")
    ops("data", "--sample", project / "asked.csv")
    now = told(ops)
    for write in range(20):
        codes = []
        for verb, number in ((["promote", "2", "--yes"], 2), (["rollback", "--yes"], 1)):
            ops(code=CHALLENGED)
            before, after = now, (number, [*now[1], number])
            done = ops(*verb, write=write, ends=None)
            assert done.returncode in (0, -signal.SIGKILL), done.stderr
            codes.append(done.returncode)
            now = told(ops)
            assert now in (before, after), (verb, write)
            ops("predict", "asked.csv", "answered.csv", "--force")  # the reader goes on
            assert copied(project) == now[0]
            if now == before:
                ops(*verb)
                now = told(ops)
            assert now == after
        if not any(codes):
            break
    assert write > 5  # tag, alias, alias; model file, card, model file


def test_what_another_process_makes_at_the_same_moment_is_no_fault(ops: Ops) -> None:
    def meanwhile(tables: set[str], *words: object) -> None:
        ops(*words, code=f"wanted = {tables}\n{MEANWHILE}")

    meanwhile({"datasets", "registered_model_aliases"}, "train")
    (made,) = json.loads(ops("releases", "--format", "json").stdout)["versions"]
    assert (made["version"], made["alias"]) == (1, ["challenger"])
    meanwhile({"registered_model_tags", "registered_model_aliases"}, "promote", 1, "--yes")
    assert told(ops) == (1, [1])


def test_a_look_takes_the_model_of_the_last_one_only_where_it_is_the_same(ops: Ops) -> None:
    ops("train")
    ops("train", "--param", "max_iter=20")
    ops(code=LOOKS)
