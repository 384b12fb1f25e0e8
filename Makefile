# Every target prepares what it needs on a machine with Python 3.11 and make.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
DATA_DIR ?= .data
# `embedded`, or `emulators`: a process for each function over Google's emulators, which need the test tools too
STACK ?= embedded
export PORT DATA_DIR STACK

READY_TO_RUN := $(VENV)/.ready-$(if $(filter emulators,$(STACK)),dev,local)

.PHONY: help run demo test emulators crash lint format openapi bundle bench requirements clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(BIN)/python:
	@echo "[aksio] creating a virtual environment in $(VENV)"
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: $(PYTHON) was not found (set PYTHON=…)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# Two stamps: running the product needs less than testing it.
$(VENV)/.ready-local: requirements/local.txt | $(BIN)/python
	@echo "[aksio] installing what the local stack needs (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt $(VENV)/.ready-local
	@echo "[aksio] installing the test and lint tools (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Of Node, where there is Node: an emulator that only the tests need.
$(VENV)/.ready-emulators: requirements/package.json | $(BIN)/python
	@echo "[aksio] installing Firebase's emulator (once, one or two minutes)"
	@command -v npm >/dev/null || { echo "Node 20 is needed: npm was not found"; exit 1; }
	@mkdir -p $(VENV)/node && cp $< $(VENV)/node/
	@npm install --prefix $(VENV)/node --engine-strict --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

run: $(READY_TO_RUN)  ## Serve the whole product on http://localhost:$(PORT) until Ctrl-C
	@$(BIN)/python -m infra.local run --demo-account

demo: $(READY_TO_RUN)  ## Start everything and do the main job on real documents
	@$(BIN)/python -m infra.local.demo

test: $(VENV)/.ready-dev  ## Run every test with coverage
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory emulators || echo "[aksio] going on without it"
	@$(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term

emulators: $(VENV)/.ready-emulators  ## Install the emulator that needs Node; make test does so where Node is
	@:

crash: $(VENV)/.ready-dev  ## Kill the stack fifty times at random moments and look for losses
	@CRASH_KILLS=50 $(BIN)/python -m pytest tests/whole/test_crash.py

lint: $(VENV)/.ready-dev  ## Run ruff, mypy and import-linter
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.ready-dev  ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

openapi: $(VENV)/.ready-local  ## Write build/openapi.json, the whole API in one document
	@$(BIN)/python -m infra.openapi build/openapi.json

bundle: $(VENV)/.ready-dev  ## Write build/functions/, what is deployed of each function group
	@$(BIN)/python -m infra.bundle build/functions

bench: $(VENV)/.ready-dev  ## Measure, as ratios within one run
	@$(BIN)/python -m infra.bench

requirements: $(VENV)/.ready-dev  ## Pin requirements/*.txt anew from pyproject.toml
	@$(BIN)/python -m uv pip compile -q --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra local -o requirements/local.txt
	@$(BIN)/python -m uv pip compile -q --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra local --extra google --extra dev -c requirements/local.txt -o requirements/dev.txt

clean:  ## Remove the local stack's data and what was built
	@rm -rf "$(DATA_DIR)" build .coverage .coverage.*
