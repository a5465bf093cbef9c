# ours: kept current by mlops-maturity upgrade
"""Rows that break the promises of the settings are found, each for its own reason."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest


@pytest.fixture(scope="module")
def module(part):
    return part("ops.pipeline.validation")


@pytest.fixture(scope="module")
def limits(part, settings):
    return part("ops.pipeline.limits").read_limits(settings)


@pytest.fixture
def rows(part, settings):
    return part("ops.rows").loaded(settings)


def found(module, rows, settings, limits):
    now = datetime.now(UTC)
    return {(one.check, one.column): one for one in module.validate(rows, settings, limits, now)}


def test_the_table_as_it_lies_is_fit(module, rows, settings, limits):
    assert found(module, rows, settings, limits) == {}


def test_a_column_that_is_gone_is_named(module, rows, settings, limits):
    name = settings.data.features[0].name
    told = found(module, rows.drop(columns=name), settings, limits)
    assert ("the column is missing", name) in told


def test_values_of_another_kind_are_counted(module, rows, settings, limits):
    numbers = [one for one in settings.data.features if one.is_number]
    if not numbers:
        pytest.skip("no feature is a number")
    rows = rows.astype({numbers[0].name: "object"})
    rows.iloc[3:7, rows.columns.get_loc(numbers[0].name)] = "no number"
    one = found(module, rows, settings, limits)[f"no {numbers[0].kind}", numbers[0].name]
    assert (one.rows, one.first) == (4, 4)


def test_missing_values_are_found(module, rows, settings, limits):
    for column in settings.data.features:
        broken = rows.astype({column.name: "object"})
        broken[column.name] = None
        told = {name for _, name in found(module, broken, settings, limits)}
        assert column.name in told


def test_rows_that_repeat_and_keys_that_do_are_found(module, rows, settings, limits):
    doubled = rows.loc[rows.index.repeat(3)]
    told = {check for check, _ in found(module, doubled, settings, limits)}
    # Without a time column, few categories repeat in any table.
    assert any("repeat" in check for check in told) == bool(settings.data.time)
    assert not settings.data.key or any("key" in check for check in told)


def test_values_outside_of_a_range_are_found(module, rows, settings, limits):
    numbers = [one.name for one in settings.data.features if one.is_number]
    if not numbers:
        pytest.skip("no feature is a number")
    lowest = rows[numbers[0]].astype("float64").max() + 1
    narrow = replace(limits, ranges={numbers[0]: [lowest, lowest + 1]})
    told = found(module, rows, settings, narrow)
    assert any("outside" in check and name == numbers[0] for check, name in told)


def test_what_is_not_checked_is_told(module, settings, limits):
    (note,) = module.unchecked(settings, replace(limits, ranges={}))
    assert "ranges" in note
    assert ("no time column" in note) == (not settings.data.time)


def test_too_few_rows_are_told(module, rows, settings, limits):
    told = found(module, rows.head(limits.rows - 1), settings, limits)
    assert any(check.startswith("fewer than") for check, _ in told)


def test_a_report_names_every_finding(module, rows, settings, limits):
    broken = rows.drop(columns=settings.data.features[-1].name).head(2)
    findings = module.validate(broken, settings, limits)
    text = module.report(findings)
    assert len(text.splitlines()) == len(findings) + 1
    assert all(one.column in text for one in findings)
