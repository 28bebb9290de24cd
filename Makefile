# Two commands, each sufficient alone on a bare machine: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin
# uv installs in seconds what pip installs in a minute; where it cannot be had, pip does the same work.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
FAST = $(BIN)/uv pip install --quiet --python $(BIN)/python
# Modules are compiled once and kept: without that, every start of Python compiles some 2,000 of them anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test types compiled pages slow office fuzz mutants clean data notebooks wheelhouse

demo: .venv/stamp-run
	$(BIN)/seatplan demo --out out

# Types are checked on one core while the other compiles what nearly every test calls, once for all,
# and checks the scripts of the pages.
test: .venv/stamp-dev .venv/stamp-node
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory --jobs 2 types compiled pages
	$(BIN)/pytest -n 2 -m "not slow and not browser and not office"

types:
	$(BIN)/mypy

compiled:
	$(BIN)/python -c "from seatplan.examples import toy_outcome; toy_outcome()"

# Types, lint and unit tests of the pages' scripts (docs/architecture.md).
pages:
	$(BIN)/node node_modules/typescript/bin/tsc
	$(BIN)/node node_modules/oxlint/bin/oxlint --quiet
	$(BIN)/node --test --test-reporter=dot tests/views/page/*.test.cjs

slow: .venv/stamp-dev
	$(BIN)/pytest -m "slow or browser"

# Documents opened by LibreOffice, where that is installed.
office: .venv/stamp-dev
	$(BIN)/pytest -m office

# Slips in every file, column, key, option and step: none may end in a traceback or a hang.
fuzz: .venv/stamp-dev
	$(BIN)/python -W ignore -m tests.fuzz 5000

# Small faults drawn by a seed: how many of them the quick tests of their room find.
mutants: .venv/stamp-dev
	$(BIN)/python -m tests.mutants seating travel --count 60

data: .venv/stamp-run
	$(BIN)/python scripts/build_district.py

# Wheels for machines without a network: docs/closed-networks.md. PYTHONS="3.12 3.13" SYSTEMS=windows gathers fewer.
wheelhouse: .venv/stamp-dev
	$(BIN)/python scripts/gather_wheels.py wheelhouse $(PYTHONS:%=--python %) $(SYSTEMS:%=--system %)

notebooks: .venv/stamp-dev
	$(BIN)/python scripts/build_notebooks.py

.venv/bin/python:
	$(PYTHON) -m venv .venv
	-$(INSTALL) -c constraints.txt uv

.venv/stamp-run: pyproject.toml constraints.txt | .venv/bin/python
	$(FAST) -c constraints.txt -e . || $(INSTALL) -c constraints.txt -e .
	@touch $@

.venv/stamp-dev: .venv/stamp-run
	$(FAST) -c constraints.txt -e ".[dev]" || $(INSTALL) -c constraints.txt -e ".[dev]"
	@touch $@

# What checks the scripts, into node_modules; the lock file names each package by its hash.
.venv/stamp-node: package-lock.json .venv/stamp-dev
	$(BIN)/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

clean:
	rm -rf .venv out node_modules
