# `make demo` and `make test` are all that is needed; each sets up what it uses, the first time.
# Needed before: Python 3.11 or newer with venv, git, make. Everything else is installed into .venv.

PYTHON ?= python3
PORT ?= 8050
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
FOUND := var/cache/types.txt

# What is compiled is kept: hundreds of processes of one run would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-quick coverage bench bench-growth golden lint style types format install install-dev install-bench chromium libreoffice lock screenshots

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

demo: install ## made-up province: workbooks written, loaded, pages served at 127.0.0.1:8050 (PORT=N for another)
	$(BIN)/python app.py demo --port $(PORT)

# mypy has one core: the other compiles meanwhile what the tests import, once for all workers, and begins with the
# tests. What mypy has to say stands below what they say.
test: install-dev chromium libreoffice style ## lint, types, import rules, all tests on SQLite, PostgreSQL, Chromium and LibreOffice
	@mkdir -p var/cache
	@$(MAKE) --no-print-directory types >$(FOUND) 2>&1 & types=$$!; \
	$(BIN)/pytest --collect-only -q >/dev/null; \
	echo "$(PYTEST)"; $(PYTEST); tests=$$?; \
	wait $$types; types=$$?; cat $(FOUND); exit $$((tests || types))

test-quick: install-dev ## the tests that need SQLite only: no browser, no LibreOffice, no whole province; 90 seconds at most
	$(PYTEST) --quick

coverage: install-dev chromium libreoffice ## which lines of data, loaders and indicators no test runs; fails under 95 %
	$(BIN)/coverage erase
	$(BIN)/coverage run -m $(subst $(BIN)/,,$(PYTEST))
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: install-bench ## every benchmark, or those of NAMES="ingest pages ...", into tests/benchmarks/RESULTS.md; under 20 minutes
	$(BIN)/python -m tests.benchmarks $(NAMES)

bench-growth: install-bench ## what grows with history and provinces, on SQLite and PostgreSQL, into the same file
	$(BIN)/python -m tests.benchmarks.growth

golden: install-dev libreoffice ## the golden workbook anew, its formulas computed by LibreOffice
	$(BIN)/python -m tests.golden.make_workbook

lint: style types ## style, types, import rule

style: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev
	@$(BIN)/lint-imports --no-cache & $(BIN)/mypy; types=$$?; wait $$! && exit $$types

screenshots: install-dev chromium ## pictures of the pages of the made-up province, for the README
	$(BIN)/python -m tests.screenshots

format: install-dev ## rewrite the sources in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: $(VENV)/.installed ## virtual environment with what the application runs with

install-dev: $(VENV)/.installed-dev ## the same, and what tests, linter and type checker add

install-bench: $(VENV)/.installed-bench ## the same, and what the benchmarks compare with

lock: $(BIN)/uv ## pin requirements*.in anew
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		requirements.in -o requirements.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		requirements-dask.in -o requirements-dask.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		requirements-bench.in -o requirements-bench.txt

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

# A marker is newer than the pinned lists when they are installed, so that a second run installs nothing.
$(VENV)/.installed: requirements.txt | $(BIN)/uv
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(BIN)/uv
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements.txt requirements-dev.txt
	@touch $(VENV)/.installed $@

$(VENV)/.installed-bench: requirements.txt requirements-dev.txt requirements-bench.txt | $(BIN)/uv
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements.txt requirements-dev.txt requirements-bench.txt
	@touch $(VENV)/.installed $(VENV)/.installed-dev $@

# What is not in PATH under any of its names is installed where apt-get can. Without LibreOffice two tests fail.
chromium: NAMES = chromium chromium-browser google-chrome
chromium: PACKAGES = chromium
chromium: COMPLETE = true
chromium: NEEDED = The tests of the pages need Chromium: install it so that chromium or google-chrome is found in PATH.
libreoffice: NAMES = soffice libreoffice
libreoffice: PACKAGES = --no-install-recommends libreoffice-calc-nogui libreoffice-writer-nogui
# Debian packs spreadsheets and texts apart: one may be there without the other.
libreoffice: COMPLETE = folder=$$(dirname "$$(readlink -f "$$found")") && { [ ! -e "$$folder/libsclo.so" ] || [ -e "$$folder/libswlo.so" ]; }
libreoffice: NEEDED = Tests of written workbooks and reports need LibreOffice (Calc and Writer): install it so that soffice is found in PATH.
chromium libreoffice:
	@for name in $(NAMES); do found=$$(command -v $$name) && $(COMPLETE) && exit 0; done; \
	if ! command -v apt-get >/dev/null; then sudo=none; \
	elif [ "$$(id -u)" = 0 ]; then sudo=; \
	elif command -v sudo >/dev/null; then sudo=sudo; \
	else sudo=none; fi; \
	if [ "$$sudo" != none ] && $$sudo apt-get update -q && $$sudo apt-get install -qy $(PACKAGES); then exit 0; fi; \
	echo "$(NEEDED)" >&2; \
	[ $@ = libreoffice ]
