# The two commands: make run, make test. Options: PORT, BIND, SITE_URL, DEMO_PUBLIC, VAR_DIR, DATABASE_URL, REDIS_URL.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
RUNTIME := $(VENV)/.runtime-$(shell cat requirements.txt requirements.lock | cksum | cut -d' ' -f1)
TOOLS := $(VENV)/.tools-$(shell cat requirements.txt requirements-dev.txt requirements.lock | cksum | cut -d' ' -f1)
SERVERS := $(PY) -m itsm.embedded with --throwaway --
HARDENED := env SITE_URL=https://desk.example.org BIND=0.0.0.0 SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')"
.DEFAULT_GOAL := help
# where it is set, each process that is started compiles the whole program anew: a second and more
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run services test bench axe hooks clean \
  check check-words check-style check-pages check-layers check-types check-database check-schema check-deploy

help:            ## show this list
	@sed -n 's/^\([a-z-]*\): .*## /make \1\t/p' $(MAKEFILE_LIST)

run: $(RUNTIME)  ## start everything and print the address
	@exec $(PY) -m itsm.embedded run

services: $(RUNTIME)  ## only PostgreSQL and Redis, for manage.py in another shell
	@exec $(PY) -m itsm.embedded services

test: $(TOOLS)   ## every test
	@tools/browser.sh
	@$(PY) -m tools.messages
	@$(PY) -m pytest -q -n 2 --dist loadgroup $(ARGS)

check: check-words check-style check-pages check-layers check-types check-database check-deploy  ## all of what follows
	@echo "All checks passed."

check-words: $(TOOLS)     ## every text is translated
	@$(PY) -m tools.messages --check

check-style: $(TOOLS)     ## Python is written as agreed
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet .

check-pages: $(TOOLS)     ## templates and style sheets too
	@git ls-files '*.html' | xargs -r $(VENV)/bin/djade --target-version 5.2 --check
	@$(PY) -m tools.lint_pages

check-layers: $(TOOLS)    ## imports point down
	@$(VENV)/bin/lint-imports --no-cache >$(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }

check-types: $(TOOLS)     ## mypy finds nothing
	@$(VENV)/bin/mypy --no-error-summary .

check-database: $(TOOLS)  ## migrations say what the models say, and build an empty database
	@$(SERVERS) $(PY) -m tools.check_migrations

check-schema: $(TOOLS)    ## migrating the quick way builds what Django's own way builds (a minute; not part of check)
	@$(PY) -m tools.compare_schemas

check-deploy: $(TOOLS)    ## fit for the open network
	@$(HARDENED) $(PY) manage.py check --deploy --fail-level WARNING

bench: $(TOOLS)  ## measure; figures go to bench/results
	@$(PY) -m bench $(ARGS)

axe: $(TOOLS)    ## accessibility of all pages, in both languages, themes and widths
	@tools/browser.sh
	@$(PY) -m tools.messages
	@$(PY) -m pytest -q -m browser tests/browser --all-combinations $(ARGS)

hooks:           ## check style, pages, words and layers before every commit of this checkout
	@git config core.hooksPath tools/hooks
	@echo "Commits of this checkout are checked first; git commit --no-verify passes over it."

clean:           ## remove what was built; data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Making .venv ..."
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: install the package python3-venv."; rm -rf $(VENV); exit 2; }

# The checkout is put on the path of .venv, because pytest loads tests/bootpg.py before it reads its own settings.
$(RUNTIME): requirements.txt | $(VENV)/bin/python
	@echo "Installing requirements.txt ..."
	@$(PIP) -r requirements.txt -c requirements.lock
	@echo ../../../.. > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/itsm-checkout.pth"
	@rm -f $(VENV)/.runtime-*
	@touch $@

$(TOOLS): requirements.txt requirements-dev.txt | $(RUNTIME)
	@echo "Installing requirements-dev.txt ..."
	@$(PIP) -r requirements-dev.txt -c requirements.lock
	@rm -f $(VENV)/.tools-*
	@touch $@
