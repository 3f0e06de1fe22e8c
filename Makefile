# Everything that is typed twice.  `make help` lists it.
export PYTHONUTF8 := 1
export TONGXIN_DATA ?= $(CURDIR)/data

PYTHON ?= $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null | head -n 1)
VENV := .venv
PY := $(VENV)/bin/python
TX := $(VENV)/bin/tongxin
PORT ?= 8000
JOBS ?= 2

.PHONY: help setup demo demo-reset run test check docs bench bundle lock clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.app: requirements/app.lock pyproject.toml
	@$(PYTHON) scripts/check_machine.py
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "正在安装依赖(首次约需一两分钟)……"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/app.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(PY) -m tongxin.config.translations
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.app
	@echo "正在安装测试依赖……"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(VENV)/.app  ## environment and database (SQLite unless DATABASE_URL is set)
	@$(TX) setup

demo: $(VENV)/.app  ## a synthetic city on http://127.0.0.1:8000/ (PORT=… for another port)
	@$(TX) serve --port $(PORT) --check
	@$(TX) setup
	@$(TX) demo load --if-empty
	@$(TX) serve --port $(PORT)

demo-reset: $(VENV)/.app  ## throw the demo data away (asks first) and load them anew
	@$(TX) setup
	@$(TX) demo reset

run: setup  ## serve what is in the database
	@$(TX) serve --port $(PORT)

test: $(VENV)/.dev  ## all tests: SQLite, then PostgreSQL and the browser where they are there
	@$(PY) -m tests --jobs $(JOBS)

check: $(VENV)/.dev  ## style, types, package borders, templates, migrations, settings
	@$(PY) scripts/check_code.py

docs: $(VENV)/.dev  ## the documentation site, in build/site (with screenshots after `make test`)
	@$(PY) scripts/build_docs.py

bench: $(VENV)/.dev  ## measure; prints a table of ratios
	@$(PY) -m bench

MACHINE ?= x86_64
BUNDLE_PYTHON ?= 3.11
bundle: $(VENV)/.app  ## one file that installs without internet (MACHINE=aarch64 for ARM)
	@$(PY) scripts/bundle.py --machine $(MACHINE) --python $(BUNDLE_PYTHON)

lock: $(VENV)/.dev  ## renew the locks from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --python-version 3.11 --extra build --extra postgres --quiet --upgrade -o requirements/app.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --python-version 3.11 --extra build --extra postgres --extra dev --quiet --constraint requirements/app.lock -o requirements/dev.lock

clean:  ## remove the environment (the data stay)
	rm -rf $(VENV) src/*.egg-info
