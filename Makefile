# Two commands matter: `make demo` and `make test`. Both need git, make and Python 3.11 or newer.

# The first of these that is there and new enough; override with `make PYTHON=...`.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done)
# Processes that run tests: one more than cores, since many tests wait for something.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
BIN := .venv/bin
DEMO := demo

.PHONY: demo test lint types bench lock catalogue clean screenshots

demo: $(BIN)/.runtime
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/demo.sh $(DEMO)

test: $(BIN)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report= --cov-fail-under=0
	$(BIN)/coverage report

bench: $(BIN)/.runtime
	$(BIN)/python benchmarks/bench.py

# Write the exercise.lock of every exercise anew, after one of them changed.
lock: $(BIN)/.runtime
	for exercise in exercises/*/ tests/packs/*/; do \
		if test -f $$exercise/exercise.toml; then $(BIN)/worksample author lock $$exercise || exit 1; fi; \
	done

# The page about the exercises, from their manifests.
catalogue: $(BIN)/.runtime
	$(BIN)/python scripts/catalogue.py docs/catalogue.md

# The pictures of the report in docs/, taken with the Chromium on PATH.
screenshots: $(BIN)/.development
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/screenshots.py docs/images

clean:
	rm -rf .venv $(DEMO) build benchmarks/.env

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "error: Python 3.11 or newer was not found"; \
		echo "  tip: install it (Debian: apt install python3 python3-venv; macOS: brew install python),"; \
		echo "       or name one: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { \
		rm -rf .venv; \
		echo "error: $(PYTHON) can't make a virtual environment"; \
		echo "  tip: Debian and Ubuntu ship that apart: apt install python3-venv"; exit 1; }

$(BIN)/.runtime: $(BIN)/python pyproject.toml constraints.txt
	PIP_CONSTRAINT="$(CURDIR)/constraints.txt" $(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(BIN)/.development: $(BIN)/.runtime
	PIP_CONSTRAINT="$(CURDIR)/constraints.txt" $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@
