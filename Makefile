# Everything a person types. `make` alone lists it.
.DEFAULT_GOAL := help
BIN := .venv/bin
DEMO := reports/dorset-2016
# Python keeps what it compiled, whatever the shell says: tests start many processes, each 2 to 3 seconds slower without.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo serve test test-all ready check format requirements docs-reference examples picture bench lock setup clean help

demo: ## open the worked example: test Dorset's plan of 2016 on 200 futures
	@scripts/bootstrap run
	@$(BIN)/placeplan test examples/dorset-2016 --futures 200 --out $(DEMO)

serve: ## open the workbench in a browser on this machine, with Dorset's plan of 2016
	@scripts/bootstrap web
	@scripts/frontend
	@$(BIN)/placeplan serve examples/dorset-2016

test: setup ## check and test everything that needs no data or minutes
	@$(MAKE) --no-print-directory -j2 check ready
	$(BIN)/pytest -n 3 --dist worksteal -m "not large"

test-all: setup ## the large tests besides: real data (PLACEPLAN_DATA), every page in a browser, clusters, speed
	scripts/browser
	scripts/servers
	$(BIN)/pytest -n 2 --dist worksteal -m large

ready: setup
	scripts/browser
	scripts/frontend
	$(BIN)/placeplan warm
	@$(BIN)/pytest --collect-only -q >/dev/null || : # what Python keeps of each test is written once here; what is wrong with one is told below

check: setup ## style, types and layers only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## mend style where that can be done by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

requirements: setup ## which requirements are shown, and by which test
	@$(BIN)/pytest -q --no-header --requirements tests

docs-reference: setup ## write docs/reference anew from the classes
	$(BIN)/python scripts/reference.py

examples: setup ## write the tables of the three first plans anew (PLACEPLAN_DATA: folder of published files)
	$(BIN)/placeplan place "Lincolnshire" "$(PLACEPLAN_DATA)" --out examples/lincolnshire-2016 --renew
	$(BIN)/placeplan place "Nottinghamshire" "$(PLACEPLAN_DATA)" --out examples/nottinghamshire-2016 --renew
	$(BIN)/placeplan place "North Central London" "$(PLACEPLAN_DATA)" --out examples/north-central-london-2016 --renew

picture: demo setup ## draw the pictures of README and docs anew, from the demo's report and a workbench of the example
	scripts/browser
	scripts/frontend
	$(BIN)/python scripts/picture.py $(DEMO)/report.html

bench: setup ## measure every target of speed: a table, and reports/bench.json
	$(BIN)/python bench/targets.py

lock: ## resolve the dependencies anew and write requirements/*.txt (ARGS=--upgrade for newer ones)
	scripts/lock $(ARGS)

setup: ## set up .venv, if anything is missing
	@scripts/bootstrap dev

clean: ## remove environments, caches and reports
	rm -rf .venv .tools .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis reports

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-15s %s\n", $$1, $$2}'
