# Everything here needs Python 3.11 or newer, git 2.38 or newer, and make. The rest is fetched into .venv and .cache.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed

.PHONY: help demo test test-all lint format docs golden screenshots benchmarks referees lock clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s'|'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Countersign needs Python 3.11 or newer; set PYTHON=python3.12, say.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## Play the main job on a local GitHub, then leave it open (ONCE=1: play and end)
	@$(BIN)/countersign demo $(if $(ONCE),--once)

test: $(STAMP) referees ## Run the tests
	$(BIN)/pytest -n auto -m "not slow"

# Stories wait for servers more than they compute, so there are more workers than cores; whoever is done takes over from the slower.
test-all: $(STAMP) referees ## Run every test, the slow ones too
	$(BIN)/pytest -n 4 --dist worksteal

lint: $(STAMP) ## ruff, mypy, import-linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## Let ruff tidy the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(STAMP) ## Write the generated pages anew
	$(BIN)/python -m countersign.render.rule_pages docs/rules
	$(BIN)/python -m countersign.policy.reference docs/policy.md

golden: $(STAMP) ## Write the golden texts anew; read the difference before you commit it
	UPDATE_GOLDEN=1 $(BIN)/pytest -n auto tests/unit/render tests/unit/cli tests/stories

screenshots: $(STAMP) ## Take the pictures of docs/images anew, out of a simulated year (needs Chromium); look at each before you commit it
	$(BIN)/python tools/take_screenshots.py docs/images

benchmarks: $(STAMP) ## Measure, beside peers, and print tables
	$(BIN)/python -m benchmarks

# What the tests are judged by: real messages of Kafka topics, buf, GitHub's own descriptions of its API, and axe-core for pages. Without a network or npm they are left out on a laptop; with CI set that is a failure.
referees: $(STAMP)
	@$(BIN)/python tools/fetch_real_messages.py .cache || { [ -z "$$CI" ] || exit 1; }
	@$(BIN)/python -c "from benchmarks.peers import environment; environment('buf')" || { [ -z "$$CI" ] || exit 1; }
	@if command -v npm >/dev/null; then $(BIN)/python tools/fetch_referees.py .cache; \
	elif [ -n "$$CI" ]; then echo "npm is missing: GitHub's API description cannot be fetched" >&2; exit 1; fi

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --quiet -o requirements.lock

clean: ## Remove what make has made
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
