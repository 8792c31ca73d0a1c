# Everything a newcomer, a developer or a robot runs here. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help demo test long serve bench press fuzz fresh ci prove flood mutate lock format clean
MAKEFLAGS += --no-print-directory
# Hundreds of processes are begun by the tests: compiled anew in each, the code costs more than what most of them do.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
# One process more than there are cores: some tests wait, for a browser, a server or a lease.
PYTEST = $(BIN)/pytest --numprocesses $(shell echo $$(($$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN) + 1))) --dist worksteal
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes

help: ## list what can be made here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: ## the main job on real input: a list of people becomes signed credentials and PDFs, each one verified
	@tools/setup
	@$(BIN)/python tools/demo.py

test: ## everything that must hold: linters, types, import contracts, tests
	@tools/setup --development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not long"

long: ## the tests that take too long for every day: the worst days, lists cut in every way
	@tools/setup --development
	$(PYTEST) -m long

serve: ## the service on http://localhost:8000 with its worker, on the demo's data if there is no other
	@tools/setup
	@if [ -z "$$ATTESTATO_DATA" ] && [ ! -e .env ] && [ ! -d instance ]; then \
	    [ -d demo/instance ] || $(BIN)/python tools/demo.py || exit; \
	    export ATTESTATO_DATA=demo/instance; \
	fi; \
	exec $(BIN)/attestato serve

bench: ## how fast it is on this machine, beside other libraries: all, or BENCH="sign store print read verify"
	@tools/setup --development
	@$(BIN)/python tools/bench.py $(BENCH)

press: ## hold the press at full size against WeasyPrint: every design, every name
	@tools/setup --development
	ATTESTATO_PRESS=all $(BIN)/pytest --numprocesses auto tests/issuer/certificate/press/designs

fuzz: ## attack all that reads what strangers send, each reader for SECONDS=60
	@tools/setup --development
	@$(BIN)/python tools/fuzz.py --seconds $(or $(SECONDS),60)

fresh: ## prove `make demo` and `make test` in a bare Debian 12 (needs root and debootstrap)
	@tools/fresh

ci: ## what CI proves: a clean clone, nothing skipped, the wheel in an empty environment
	@.ci/run

prove: ## prove at full size that nothing is lost, doubled or changed: processes killed, databases restarted, disks full
	@tools/setup --development
	@$(BIN)/python tools/prove.py $(PROOFS)

flood: ## an honest visitor among a hundred bombs, cliques and slow servers
	@tools/setup --development
	$(BIN)/python tools/flood.py

mutate: ## attack the verifier at full size: 10,000 mutated inputs, every octet turned, the heaviest of every kind
	@tools/setup --development
	@$(BIN)/python tools/mutate.py

lock: ## pin every dependency anew, with hashes, to the newest that pyproject.toml allows
	@tools/setup --development
	$(COMPILE) --upgrade pyproject.toml --group dev --output-file requirements-dev.txt
	$(COMPILE) --constraint requirements-dev.txt pyproject.toml --output-file requirements.txt
	$(COMPILE) --constraint requirements-dev.txt --group build --output-file requirements-build.txt

format: ## put the code into its one layout
	@tools/setup --development
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove what these targets made; your own data in instance/ stays
	rm -rf .venv build demo dist out .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
