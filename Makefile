# The interpreter that makes the environments: CPython 3.11, 3.12 or 3.13.
PYTHON ?= python3
# Only `make lock` needs uv; LOCKFLAGS=--upgrade moves every pin to its newest release.
UV ?= uv
LOCKFLAGS ?=

# The browser that the tests of the site drive; without one they are left out.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

BIN := .venv/bin

# Two processes on two cores: threads of the linear algebra would only wait for each other.
test corpus mutants fuzz study site test-site: export OPENBLAS_NUM_THREADS = 1
test corpus mutants fuzz study site test-site: export OMP_NUM_THREADS = 1

SUPPORTED := import platform, sys; sys.exit( \
	platform.python_implementation() != "CPython" or not (3, 11) <= sys.version_info[:2] <= (3, 13))

PIP_COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header $(LOCKFLAGS) \
	pyproject.toml --extra dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help verify test corpus mutants fuzz study lint bench ledger lab site test-site pages generate lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

verify: .venv/.stamp ## prove every claim, compare derivatives and code, solve real problems
	@$(BIN)/resmax-sym verify

test: .venv/.stamp ## lint, the ledger, tests, the notebooks against their stored outputs, the web pages in a browser
	$(BIN)/ruff check
	@mkdir -p build
	$(BIN)/resmax-sym ledger --html build/ledger.html > build/ledger.txt || { grep unexpected build/ledger.txt; exit 1; }
	$(BIN)/python -m pytest -q -n 2 -p no:nbval
	$(BIN)/python -m pytest -q -n 2 --dist loadscope -p no:cacheprovider \
		--nbval --nbval-current-env --nbval-cell-timeout=120 notebooks/
	@if [ -n "$(CHROMIUM)" ]; then $(MAKE) --no-print-directory test-site CHROMIUM="$(CHROMIUM)"; \
		else echo "No Chromium on the PATH: the tests of the web pages, tests/site, were not run." >&2; fi

corpus: .venv/.stamp ## the claims of tests/corpus, known to be true or false, in the default budget
	@$(BIN)/python -m benchmarks.corpus

mutants: .venv/.stamp ## alter each proved identity in its symbols: is every false one refuted?
	@$(BIN)/python -m benchmarks.mutants

fuzz: .venv/.stamp ## a million enclosures against values of 200 digits
	@$(BIN)/python -m benchmarks.fuzz

study: .venv/.stamp ## the theorems of the approximate Newton method on 1000 seeds
	@$(BIN)/python -m benchmarks.study

lint: .venv/.stamp ## style and formatting, without changing a file
	$(BIN)/ruff check
	$(BIN)/ruff format --check

bench: .venv-bench/.stamp ## time against peers and floors, in an environment of its own
	@.venv-bench/bin/python -m benchmarks

ledger: .venv/.stamp ## every claim with its formula, verdict and evidence as a page, build/ledger.html
	@mkdir -p build
	@$(BIN)/resmax-sym ledger --html build/ledger.html --slack > build/ledger.txt || { grep unexpected build/ledger.txt; exit 1; }

lab: .venv/.stamp ## open the tour, and with it the other notebooks, in JupyterLab
	@$(BIN)/jupyter lab notebooks/00_tour.ipynb

site: ledger .venv-site/.stamp ## the notebooks, the lemmas and the reference as web pages in build/site
	@$(MAKE) --no-print-directory pages

# From the verdicts on record, which `make site` and `make test` have brought up to date.
pages: .venv-site/.stamp
	@.venv-site/bin/python -m docs

test-site: pages ## the web pages in headless Chromium
	CHROMIUM="$(CHROMIUM)" .venv-site/bin/python -m pytest -q -n 2 --dist loadgroup tests/site

generate: .venv/.stamp ## rewrite resmax_sym/generated from the proved claims
	@$(BIN)/resmax-sym generate

lock: ## make the lock files again from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv on the PATH, or: make lock UV=<path to uv>" >&2; exit 1; }
	$(PIP_COMPILE) --extra notebooks --extra dask -o requirements.lock
	$(PIP_COMPILE) --extra notebooks --extra dask --extra bench -c requirements.lock -o requirements-bench.lock
	$(PIP_COMPILE) --group site -c requirements.lock -o requirements-site.lock

clean: ## remove environments, caches and build products
	rm -rf .venv .venv-bench .venv-site build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

.venv/.stamp: requirements.lock pyproject.toml
.venv-bench/.stamp: requirements-bench.lock pyproject.toml
.venv-site/.stamp: requirements-site.lock pyproject.toml

# The stamp is written last. Without one the environment is unfinished and starts afresh; with one that is out of
# date it is brought up to the lock, and loses its stamp until that has succeeded.
.venv/.stamp .venv-bench/.stamp .venv-site/.stamp:
	@$(PYTHON) -c '$(SUPPORTED)' 2>/dev/null || { echo "resmax-sym needs CPython 3.11, 3.12 or 3.13;" \
		"$(PYTHON) is $$($(PYTHON) --version 2>&1 | head -n 1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@if [ ! -f $@ ]; then echo "Installing $< into $(@D)" >&2; rm -rf $(@D); $(PYTHON) -m venv $(@D); fi
	@rm -f $@
	@$(@D)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@$(@D)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
