# What one does here. Everything is installed into .venv and mobile_scanner/node_modules, from the lock files. Nothing outside
# this folder is changed, but for one thing: `make test` installs Chromium and a font for Thai where they are missing.

.DEFAULT_GOAL := help
.PHONY: help run test bench lint types contracts words lock clean scanner phone browser
.DELETE_ON_ERROR:

RUN := .venv/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all:
SCANNER := events/web/scanner
SCANNER_SOURCES := $(shell find mobile_scanner -name node_modules -prune -o ! -name '*.test.*' ! -path mobile_scanner -print)
UV := $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

help:
	@echo "make run        start everything with demo data: database, server, mailbox, phone app  (PORT=8000; LAN=1 for real phones; needs Node 20.19 or 22.12)"
	@echo "make test       every test: the phone's, then the server's and its pages' (in Chromium)"
	@echo "make scanner    build the phone app, if anything in it changed"
	@echo "make phone      types, style and tests of the phone app"
	@echo "make bench      what it costs, most of it against something measured in the same run (5 minutes)"
	@echo "make lint       ruff: rules and format"
	@echo "make types      mypy, strict"
	@echo "make contracts  import-linter: who may import whom"
	@echo "make words      bring the Thai catalogues up to date with what the pages and mails say"
	@echo "make lock       compute the lock files anew from pyproject.toml"
	@echo "make clean      remove what was installed and made here, the demo's database included"

run: .venv/run.stamp scanner
	@exec $(RUN) -m events serve --demo $(if $(filter-out 0,$(LAN)),--lan)

test: .venv/dev.stamp scanner phone browser
	@echo "== the server"
	@$(RUN) -m pytest -n 2

bench: .venv/dev.stamp scanner browser
	@$(RUN) -m benchmarks

lint: .venv/dev.stamp
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

types: .venv/dev.stamp
	@$(RUN) -m mypy

contracts: .venv/dev.stamp
	@.venv/bin/lint-imports

words: .venv/dev.stamp
	@$(RUN) -m tests.wording

lock: .venv/dev.stamp
	@$(UV) pyproject.toml -o requirements.lock
	@$(UV) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@echo "requirements.lock and requirements-dev.lock are up to date with pyproject.toml."

clean:
	rm -rf .venv var dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mobile_scanner/node_modules events/web/scanner
	find events migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the commands above stand on ---

# a venv that works stays; otherwise the first Python of these that is 3.11 or newer and can make one
define MAKE_VENV
set -eu; \
good='import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'; \
if .venv/bin/python -c "$$good" 2>/dev/null; then exit 0; fi; \
for found in $${PYTHON:-python3.13 python3.12 python3.11 python3}; do \
	if "$$found" -c "$$good" 2>/dev/null; then rm -rf .venv; "$$found" -m venv .venv; exit 0; fi; \
done; \
echo "Python 3.11 or newer with its venv module is needed (Debian: apt install python3-venv); name yours with PYTHON=..." >&2; \
exit 1
endef

.venv/run.stamp: requirements.lock
	@$(MAKE_VENV)
	@echo "Installing what the program needs (once)"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock requirements.lock
	@$(MAKE_VENV)
	@echo "Installing what the tests need (once)"
	@$(PIP) -r requirements-dev.lock
	@touch .venv/run.stamp $@

# browser and office program; looks at each run, which takes a tenth of a second, since they can go as they came
browser: .venv/dev.stamp
	@$(RUN) -m tests.browsing.chromium
	@$(RUN) -m tests.leads.office

# built again when a file of it is newer than what was built; a file that is gone makes its folder newer
scanner: $(SCANNER)/index.html

$(SCANNER)/index.html: mobile_scanner/node_modules/.stamp pyproject.toml $(SCANNER_SOURCES)
	@echo "Building the phone app"
	@cd mobile_scanner && npm run --silent build

phone: mobile_scanner/node_modules/.stamp
	@echo "== the phone"
	@cd mobile_scanner && npm run --silent check && npm run --silent lint && npm test --silent

mobile_scanner/node_modules/.stamp: mobile_scanner/package-lock.json mobile_scanner/package.json
	@node -e 'const [big, small] = process.versions.node.split("."); process.exit(big > 22 || (big == 22 && small >= 12) || (big == 20 && small >= 19) ? 0 : 1)' 2>/dev/null || \
		{ echo "The phone app needs Node 20.19 or later of 20, or 22.12 or newer, and npm: install them (Debian: apt install nodejs npm) and try again." >&2; exit 1; }
	@cd mobile_scanner && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@
