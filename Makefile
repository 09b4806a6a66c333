# Two commands do all the set-up: `make demo` and `make test`. Both need Python 3.11 or newer, git and make.

PYTHON ?= python3
UV_VERSION := 0.13.8
UV := .make/uv-$(UV_VERSION)/bin/uv
PIP_AUDIT_VERSION := 2.10.1
AXE_VERSION := 4
YAML_LANGUAGE_SERVER_VERSION := 1
BIN := .venv/bin

SAFETY := reconciler/store/records.py,reconciler/store/files/records.py,reconciler/store/files/record_text.py,reconciler/store/merging.py,reconciler/store/files/atomic.py,reconciler/store/files/limits.py,reconciler/engine/settle.py,reconciler/engine/intents.py,reconciler/engine/due.py,reconciler/observe/part.py,reconciler/apply/create.py,reconciler/apply/memory.py,reconciler/apply/gate.py,reconciler/apply/activate.py,reconciler/apply/label.py,reconciler/meta/errors.py,reconciler/meta/pace.py

# Without bytecode each command that a test starts would compile the whole tool and its libraries again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test test-all simulate planted-bugs bench profile test-clients test-browser test-editor screenshots github-contract contract-live fuzz audit requirements check format schema clean coverage

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
	@$(BIN)/pytest -n auto --dist worksteal

test-all: export RECONCILER_TESTS := all
test-all: test ## the same with every repetition: 500 simulated schedules, 10,000 hostile files, 100 kills; CI runs it

N ?= 1000
RUNS ?= 5
MOST ?= 10000
ONLY ?=
SEED ?= 0
JOBS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count())')

simulate: setup ## run N schedules of faults from SEED on, on JOBS cores, and the same with a naive client
	@PYTHONPATH=tests $(BIN)/python -m simulation $(N) --seed $(SEED) --jobs $(JOBS)

planted-bugs: setup ## put known bugs into the tool, one at a time: the simulation must find them
	@PYTHONPATH=tests $(BIN)/python -m simulation planted --jobs $(JOBS)

test-clients: setup ## run Meta's SDKs and command line, and others' clients, against the sandbox (needs PyPI and npm)
	@RECONCILER_TEST_CLIENTS=1 $(BIN)/pytest tests/clients

test-browser: setup ## look at the sandbox's page and at a plan's in a real Chromium (needs chromium, chromedriver and npm)
	@npm install --silent --no-save --no-audit --no-fund --prefix .make axe-core@$(AXE_VERSION)
	@RECONCILER_TEST_BROWSER=1 $(BIN)/pytest tests/sandbox/test_page_browser.py tests/e2e/test_signed_page_browser.py

test-editor: setup ## ask yaml-language-server what an editor completes, explains and marks (needs npm)
	@npm install --silent --no-save --no-audit --no-fund --prefix .make/editor yaml-language-server@$(YAML_LANGUAGE_SERVER_VERSION) \
	  || { echo "Not tested: npm could not install yaml-language-server."; exit 1; }
	@RECONCILER_TEST_EDITOR=1 $(BIN)/pytest -n 0 tests/editor

OCTOKIT := @octokit/openapi@23.0.2 @octokit/webhooks-examples@7.6.1

github-contract: setup ## hold the fake of GitHub against GitHub's published descriptions (needs npm)
	@npm install --prefix .make/github --no-audit --no-fund --ignore-scripts --loglevel error $(OCTOKIT) \
	  || { echo "Not compared: npm could not bring GitHub's descriptions. Whether the fake still answers as GitHub does is not known."; exit 1; }
	@RECONCILER_GITHUB_DESCRIPTIONS=.make/github/node_modules/@octokit $(BIN)/pytest -n 0 tests/github_contract

bench: setup ## how long it takes, beside Terraform and octoDNS (installed by it), as ratios; RUNS of each, MOST campaigns, the rows that hold ONLY
	@PYTHONPATH=tests $(BIN)/python -m bench --runs $(RUNS) --most $(MOST) --only="$(ONLY)" --json .make/bench.json

profile: setup ## where validate and a plan of the bench's 1,000 campaigns spend their time: the thirty dearest lines of each
	@PYTHONPATH=tests $(BIN)/python -m bench.profile

screenshots: setup ## draw what a reviewer sees in a pull request, to be looked at (needs npm and chromium)
	@command -v npm >/dev/null || { echo "No pictures were drawn: npm is not installed, and GitHub's stylesheet comes from there."; exit 1; }
	@test -d .make/node_modules/github-markdown-css || npm install --silent --no-save --no-package-lock --prefix .make github-markdown-css@5 \
	  || { echo "No pictures were drawn: npm could not install github-markdown-css."; exit 1; }
	@$(BIN)/python tests/pictures/draw.py
	@$(BIN)/python tests/pictures/pages.py

contract-live: setup ## run the sandbox's claims on a live test account and record what Meta answers (docs/sandbox.md)
	@test -n "$$RECONCILER_LIVE_TOKEN" && test -n "$$RECONCILER_LIVE_ACCOUNT" \
	  || { echo "Set RECONCILER_LIVE_TOKEN and RECONCILER_LIVE_ACCOUNT (act_…), and RECONCILER_LIVE_PAGE for creatives."; exit 1; }
	@$(BIN)/pytest tests/live -k "at_meta or names_nobody or hold_no_token"

fuzz: setup ## put 100,000 hostile files through validate; make test takes the first 500, make test-all 10,000
	@RECONCILER_FUZZ=100000 $(BIN)/pytest -n auto tests/security/test_fuzz.py

audit: $(UV) ## look every locked package up in the vulnerability database (needs pypi.org); fails where it cannot
	@$(UV) export --quiet --frozen --no-emit-project --output-file .make/requirements.txt
	@$(UV) tool run --quiet --from pip-audit==$(PIP_AUDIT_VERSION) \
	  pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r .make/requirements.txt \
	  || { echo "Not clean: a package above has a known hole, or could not be looked up. Nothing is known to be safe."; exit 1; }

requirements: $(UV) ## write requirements.txt with hashes, for pip install --require-hashes
	@$(UV) export --quiet --frozen --no-dev --no-emit-project --output-file requirements.txt

coverage: export RECONCILER_TESTS := all
coverage: setup ## branch coverage: nine tenths in all, and all of what keeps money safe
	@$(BIN)/pytest -n auto --dist worksteal --cov --cov-report= --ignore=tests/simulation --ignore=tests/security
	@$(BIN)/coverage report --skip-covered --fail-under=90
	@$(BIN)/coverage report --show-missing --fail-under=100 --include='$(SAFETY)'

check: setup ## lint code and workflows, check types, and see that schemas/ is up to date
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/actionlint .github/workflows/*.yml docs/examples/github/*.yml
	@$(BIN)/zizmor --offline --persona auditor --quiet .github action.yml docs/examples/github/*.yml
	@$(BIN)/reconciler schema --check
	@$(BIN)/reconciler validate

format: setup ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

schema: setup ## write schemas/
	@$(BIN)/reconciler schema

clean: ## remove everything that is not in git
	rm -rf .venv .make .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
