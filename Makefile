# immunosite: `make help` explains every target.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
.SILENT:

PORT ?= 8000
WORKERS ?= 2
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export SITE_URL ?= http://127.0.0.1:$(PORT)
NO_DATABASE_URL = env -u DATABASE_URL

help: ## Explain the targets
	awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.runtime: requirements.txt
	echo "· Installing the site's libraries into $(VENV) (about half a minute) …"
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	echo "· Installing the development tools into $(VENV) (about half a minute) …"
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

node_modules/.package-lock.json: package.json package-lock.json
	echo "· Installing test data and tools of npm (about 20 seconds) …"
	npm ci --silent --no-audit --no-fund --ignore-scripts

run: $(VENV)/.runtime ## Serve the site with demo content on http://127.0.0.1:8000 (PORT=, DEMO=0)
	$(BIN)/python -m immunosite.port $(PORT)
	echo "· Preparing the database …"
	$(BIN)/python manage.py migrate --verbosity 0 --skip-checks
	if [ "$${DEMO:-1}" = 1 ]; then export DEMO_NOTICE=1; $(BIN)/python manage.py load_demo; fi
	echo "· Collecting static files …"
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	echo "· Site   $(SITE_URL)/"
	echo "· Admin  $(SITE_URL)/admin/   (Ctrl+C stops the server)"
	exec $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers $(WORKERS) --no-control-socket immunosite.wsgi

dev: $(VENV)/.development ## The same with autoreload and debug pages
	$(BIN)/python -m immunosite.port $(PORT)
	export DEBUG=1
	$(BIN)/python manage.py migrate --verbosity 0 --skip-checks
	if [ "$${DEMO:-1}" = 1 ]; then export DEMO_NOTICE=1; $(BIN)/python manage.py load_demo; fi
	exec $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: $(VENV)/.development node_modules/.package-lock.json ## The whole suite on SQLite
	$(NO_DATABASE_URL) -u SITE_URL $(BIN)/pytest -n 2 -m "not browser" $(ARGS)

test-postgres: $(VENV)/.development node_modules/.package-lock.json ## What asks the database, on a PostgreSQL that this target starts (ARGS="-m 'database and not browser'": the long ones, too)
	tests/postgres.sh env -u SITE_URL $(BIN)/pytest -n 2 -m "database and not browser and not once" $(ARGS)

test-browser: $(VENV)/.development node_modules/.package-lock.json ## Journeys through a real Chromium
	$(NO_DATABASE_URL) -u SITE_URL $(BIN)/pytest -n 2 -m "browser and not screens" $(ARGS)

test-screens: $(VENV)/.development ## Screenshots of every page against the approved ones
	$(NO_DATABASE_URL) -u SITE_URL $(BIN)/pytest -n 2 -m screens $(ARGS)

approve-screens: ## Approve the screenshots of the last test-screens
	mkdir -p tests/browser/approved
	cp tests/browser/artefacts/*.png tests/browser/approved/

test-newest: requirements.in requirements-dev.in ## Pages, search and admins on the newest Django (PYTHON313=python3.13, TESTS=tests: all)
	tests/newest.sh "$${PYTHON313:-python3.13}"

lint: $(VENV)/.development ## Style, types, templates, arrows, migrations, deployment checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NO_DATABASE_URL) $(BIN)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://immunosite.example DATABASE_URL=postgres://localhost/none \
	  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(VENV)/.development ## Format Python and templates
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2

bench: $(VENV)/.development ## Measure; each script prints ratios against a baseline of the same run
	for script in bench/*.py; do echo "== $$script"; $(NO_DATABASE_URL) $(BIN)/python $$script; done

lighthouse: $(VENV)/.development node_modules/.package-lock.json ## Lighthouse on the real site: all categories 99 or more (needs Chromium)
	$(BIN)/python bench/audit/lighthouse.py

pins: $(VENV)/.development ## Compile requirements*.in into pinned, hashed requirements
	for name in requirements requirements-dev; do
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt
	done

.PHONY: help run dev test test-postgres test-browser test-screens approve-screens test-newest lint format bench lighthouse pins
