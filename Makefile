# Two commands matter: `make demo` and `make test`. Both set up everything they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv when there is one, plain venv and pip when not: both install from the same hashed locks.
UV := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test browser bench lock clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 8

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "comity needs Python 3.11 or newer; say make PYTHON=python3.12 …" >&2; exit 2; }
ifdef UV
	@$(UV) venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV)
else
	@$(PYTHON) -m venv $(VENV)
endif
	@touch $@

# A stamp for each lock, so that an unchanged one is not installed again.
$(VENV)/installed-%: requirements-%.txt pyproject.toml | $(VENV)/python
	@echo "installing what $< lists"
ifdef UV
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $<
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null # uv made it
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

demo: $(VENV)/installed-run ## The Republic of Korea – ILO profile, from the tables that ship
	@sh scripts/demo.sh $(BIN)/comity

# Pages are tested in a real browser and behind a real proxy. Debian's are installed where that is allowed.
DEBIAN := chromium nginx-light fonts-noto-core fonts-noto-cjk
browser:
	@PATH="$$PATH:/usr/sbin"; command -v chromium >/dev/null && command -v nginx >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing Debian's $(DEBIAN)"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $(DEBIAN); } >/dev/null; \
	else \
	  echo "no Chromium or nginx: their tests are skipped; on Debian: apt-get install $(DEBIAN)" >&2; \
	fi

test: $(VENV)/installed-test browser ## Lint, types, architecture and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/pytest

# The folder that holds the publishers' files, CEB's in `ceb/`.
DATA ?= ../shared/data

# What partner pages state, in the layout that `comity register import` reads.
CLAIMS ?= ../shared/facts/claims.csv

bench: $(VENV)/installed-test ## Measure on the full CEB files in $(DATA)/ceb and the claims in $(CLAIMS)
	$(BIN)/python benchmarks/run.py $(DATA)
	$(BIN)/python benchmarks/claims.py $(DATA) $(CLAIMS)

lock: ## Make the requirement locks again (needs uv)
	@for part in run test; do \
	  groups="--group build"; [ $$part = test ] && groups="$$groups --group test --extra spark --extra deploy"; \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" $$groups pyproject.toml -o requirements-$$part.txt; \
	done

clean: ## Remove what was made here
	rm -rf $(VENV) build
