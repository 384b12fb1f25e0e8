# Every target prepares what it needs on a machine with Python 3.11 and make.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
DATA_DIR ?= .data
# `embedded`, or `emulators`: a process for each function over Google's emulators, which need the test tools too
STACK ?= embedded
# how many serve the embedded stack together
PROCESSES ?= 1
export PORT DATA_DIR STACK PROCESSES

READY_TO_RUN := $(VENV)/.ready-$(if $(filter emulators,$(STACK)),dev,local)

.PHONY: help run demo test node-tools crash histories mutants lint format openapi bundle bench requirements install-check clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(BIN)/python:
	@echo "[aksio] creating a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "[aksio] Python 3.11 or newer is needed: $(PYTHON) is older or not installed (name another with PYTHON=…)"; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV)

# uv installs exactly what is pinned, extras and all, so nothing that is published later can change the outcome.
UV := $(BIN)/python -m uv
COMPILE := $(UV) pip compile --quiet --generate-hashes --no-strip-extras --no-emit-index-url --no-header
SYNC := $(UV) pip sync --quiet --require-hashes

$(VENV)/.ready-uv: requirements/uv.txt | $(BIN)/python
	@echo "[aksio] installing uv, which installs the rest"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

# Two stamps: running the product needs less than testing it.
$(VENV)/.ready-local: requirements/local.txt $(VENV)/.ready-uv
	@echo "[aksio] installing the libraries of the local stack (once, a few seconds)"
	@$(SYNC) --python $(BIN)/python $<
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt $(VENV)/.ready-local
	@echo "[aksio] installing the test and lint tools (once, a few seconds)"
	@$(SYNC) --python $(BIN)/python $<
	@touch $@

# Only the tests need these, and only where Node is. Optional packages are native modules that npm would compile for
# minutes; none of them serves the tests.
$(VENV)/.ready-node: requirements/package.json | $(BIN)/python
	@echo "[aksio] installing Firebase's emulator and tools of the API document (once, about 30 seconds)"
	@command -v npm >/dev/null || { echo "Node 20 is needed: npm was not found"; exit 1; }
	@mkdir -p $(VENV)/node && cp $< $(VENV)/node/
	@npm install --prefix $(VENV)/node --engine-strict --no-package-lock --omit=optional --ignore-scripts \
	  --no-audit --no-fund --loglevel=error
	@touch $@

run: $(READY_TO_RUN)  ## Serve the whole product on http://localhost:$(PORT) until Ctrl-C
	@$(BIN)/python -m infra.local run --demo-account

demo: $(READY_TO_RUN)  ## Start everything and do the main job on real documents
	@$(BIN)/python -m infra.local.demo

# The tests start a hundred processes, each of which would compile the sources anew if none left them compiled.
test: $(VENV)/.ready-dev  ## Run every test with coverage
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory node-tools || echo "[aksio] going on without it"
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term --durations=15

node-tools: $(VENV)/.ready-node  ## Install the test tools that need Node; make test does so where Node is
	@:

crash: $(VENV)/.ready-dev  ## Kill the stack fifty times at random moments and look for losses
	@CRASH_KILLS=50 $(BIN)/python -m pytest tests/whole/test_crash.py

# HISTORY_SEED and HISTORY_LENGTH try others; a failure prints a short one, which HISTORY="…" replays.
histories: $(VENV)/.ready-dev  ## Live 300 random histories of a student, compared with a plain model
	@HISTORIES=$${HISTORIES:-300} $(BIN)/python -m pytest -n 2 --dist worksteal tests/whole/histories

mutants: $(VENV)/.ready-dev  ## Put faults into a copy of the sources and see whether the tests notice
	@$(BIN)/python -m tests.mutants $(WORD)

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
	@$(COMPILE) pyproject.toml --extra local -o requirements/local.txt
	@$(COMPILE) pyproject.toml --extra local --extra google --extra dev -c requirements/local.txt -o requirements/dev.txt
	@echo uv | $(COMPILE) - -c requirements/dev.txt -o requirements/uv.txt

install-check: $(VENV)/.ready-dev  ## Resolve the pins with the oldest supported pip, the one of ensurepip
	@$(BIN)/python -m infra.install_check

clean:  ## Remove the local stack's data and what was built
	@rm -rf "$(DATA_DIR)" build .coverage .coverage.*
