# Sealroom's commands. Everything is installed into .venv from hashed pins; nothing else on the machine changes.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# mypy loads the settings, which want addresses; it connects to none.
UNUSED_SERVICES := SECRET_KEY=unused DATABASE_URL=postgresql://unused@localhost/unused REDIS_URL=redis://localhost
MESSAGES := $(wildcard locale/*/*/LC_MESSAGES/*.po)

install = $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes -r $(1) || \
    { echo 'uv could not; with pip ...'; \
      $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); }

.PHONY: help run test bench lint advisories reset

help: ## what you can do here
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /make \1	/'

run: .venv/run.stamp .venv/messages.stamp ## start everything; PORT and SEALROOM_HOME choose where
	@$(BIN)/python -m config.embedded run

test: lint ## check and test everything; ONLY=tests/vault for a part
	@$(BIN)/python -m tools.browser install
	@$(BIN)/python -m tools.softhsm install
	@echo 'pytest ...'
	@$(BIN)/python -m pytest -n 2 -q $(ONLY)

lint: .venv/test.stamp .venv/messages.stamp ## only the static checks
	@echo 'ruff check ...'
	@$(BIN)/ruff check --quiet
	@echo 'ruff format ...'
	@$(BIN)/ruff format --check --quiet
	@echo 'lint-imports ...'
	@$(BIN)/lint-imports --no-cache
	@echo 'mypy ...'
	@$(UNUSED_SERVICES) $(BIN)/mypy

bench: .venv/bench.stamp .venv/messages.stamp ## measure; ONLY=name for one
	@$(BIN)/python -m bench $(ONLY)

advisories: .venv/run.stamp ## compare the pins with published advisories (needs the internet)
	@$(BIN)/python tools/advisories.py

reset: .venv/run.stamp ## delete the data of `make run`
	@$(BIN)/python -m config.embedded reset

# uv installs the pins four times faster than pip, which is tried next, since a mirror or a company's certificates
# may be known to pip alone (pip.conf). `test` and `bench` contain the pins of `run`, so a stamp of
# theirs counts for it; each installs exactly its file.
.venv/bin/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Sealroom needs Python 3.11 or later; name it with PYTHON=/path/to/python3.' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	    { echo 'This Python cannot make a venv (on Debian and Ubuntu: apt install python3-venv).' >&2; exit 1; }
	@echo 'Virtual environment ...'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/run.stamp: requirements/run.txt .venv/bin/uv
	@echo 'Packages ...'
	@$(call install,requirements/run.txt)
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@echo 'Packages of the tests ...'
	@$(call install,requirements/test.txt)
	@touch $@

.venv/bench.stamp: requirements/bench.txt .venv/run.stamp
	@echo 'Packages of the benchmarks ...'
	@$(call install,requirements/bench.txt)
	@touch $@

.venv/messages.stamp: $(MESSAGES) .venv/run.stamp
	@$(BIN)/python tools/messages.py
	@touch $@
