# Two commands do all the set-up: `make demo` and `make test`. Both need Python 3.11 or newer, git and make.

PYTHON ?= python3
UV_VERSION := 0.13.8
UV := .make/uv-$(UV_VERSION)/bin/uv
BIN := .venv/bin

.PHONY: help setup demo test test-clients test-browser contract-live check format schema clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## install everything into .venv, from the lock file

$(UV):
	@echo "Installing uv $(UV_VERSION) into .make/ …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv .make/uv-$(UV_VERSION)
	@.make/uv-$(UV_VERSION)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: $(UV) pyproject.toml uv.lock
	@echo "Installing the locked packages into .venv/ …"
	@$(UV) sync --quiet --frozen --compile-bytecode --no-python-downloads --python $(PYTHON)
	@touch $@

demo: setup ## run the main job against the embedded sandbox: plan, apply, activate, drift
	@$(BIN)/python demo/demo.py

test: setup ## run all tests: unit, scenario, contract and end to end
	@echo "Running the tests on $$($(PYTHON) -c 'import os; print(os.cpu_count())') cores …"
	@$(BIN)/pytest -n auto

test-clients: setup ## run Meta's own SDKs and an MCP server against the sandbox (needs PyPI and npm)
	@RECONCILER_TEST_CLIENTS=1 $(BIN)/pytest tests/clients

test-browser: setup ## look at the sandbox's page in a real Chromium (needs chromium and chromedriver)
	@RECONCILER_TEST_BROWSER=1 $(BIN)/pytest tests/sandbox/test_page_browser.py

contract-live: setup ## run the sandbox's claims on a live test account and record what Meta answers (docs/sandbox.md)
	@test -n "$$RECONCILER_LIVE_TOKEN" && test -n "$$RECONCILER_LIVE_ACCOUNT" \
	  || { echo "Set RECONCILER_LIVE_TOKEN and RECONCILER_LIVE_ACCOUNT (act_…), and RECONCILER_LIVE_PAGE for creatives."; exit 1; }
	@$(BIN)/pytest tests/live -k "at_meta or names_nobody or hold_no_token"

check: setup ## lint, check types, and see that schemas/ is up to date
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/reconciler schema --check
	@$(BIN)/reconciler validate

format: setup ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

schema: setup ## write schemas/
	@$(BIN)/reconciler schema

clean: ## remove everything that is not in git
	rm -rf .venv .make .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
