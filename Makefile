# Each target is one command of zc.py; a machine without make can say: python3 zc.py run
# Variables given to make (PORT=8090) reach it through the environment.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
.DEFAULT_GOAL := help

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv, install the pinned packages, fetch the front-end (the others do it by themselves)
run: ## start the whole system at http://127.0.0.1:8080 (PORT=, ZC_VAR=, ENGINES=real, VERBOSE=1)
quick: ## tests on the embedded engines, nothing slow
test: ## all tests on both sets of engines (ONLY="svc-testing gateway")
backup: ## back up the running system of ZC_VAR into the empty folder DIR (KEY=key file seals it)
restore: ## restore the backup in DIR into the empty ZC_VAR and compare (KEY= opens it, ENGINES=real)
smoke: ## one order from registration to the report through the API (BASE=http://127.0.0.1:8080)
chaos: ## kill everything while orders are on their way, then count what is lost (SIZE=ci|release, ENGINES=real|embedded, PART=<percent>)
bench: ## ratios of ours to the usual way, measured now (ONLY="gateway lists", SIZE=release)
check: ## lint, types, contracts, docs
lint: ## ruff, import-linter, djlint
types: ## mypy
contracts: ## events and calls between services, from both sides
docs: ## write the generated pages of docs/ anew
migrate: ## bring the databases in ZC_VAR to the newest schema
migration: ## write the next schema change (SERVICE=testing M="Add …"; SERVICE=chassis for the tables of all)
lock: ## compile requirements/*.txt anew

setup run quick test smoke chaos bench check lint types contracts docs migrate migration lock:
	@$(PYTHON) zc.py $@

.PHONY: help setup run quick test smoke chaos bench check lint types contracts docs migrate migration lock
