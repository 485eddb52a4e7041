# Two commands: `make run` plays, `make test` proves. Both set up what they need; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help run demo jam test chaos model fuzz bench lint check pins clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.sandbox  ## the bot on Discord where DISCORD_TOKEN is set, else the sandbox page
	$(BIN)/python bot.py --or-sandbox

demo: $(VENV)/.sandbox  ## plays the sandbox's opening scene and prints it
	$(BIN)/python bot.py --demo

jam: $(VENV)/.sandbox  ## the sandbox page, in which four members jam by themselves
	$(BIN)/python bot.py --jam

check: $(VENV)/.bot  ## everything that is wrong with the settings, in one list
	$(BIN)/python bot.py --check

lint: $(VENV)/.dev  ## style, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint  ## lint and all tests, which must reach what `fail_under` in pyproject.toml says of the product
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist worksteal --reruns 2 -rfER
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

chaos: $(VENV)/.dev  ## 200 kills over 1,000 jobs, 200 over 60 jams, a fault on one call in ten; 40 minutes
	$(BIN)/python -m tests.behaviour.chaos --kills 200 --jobs 1000 --seed 1
	$(BIN)/python -m tests.behaviour.chaos --kills 200 --jams 60 --seed 1

bench: $(VENV)/.dev  ## figures under load, for a quiet machine; some twenty minutes, each ends by itself
	$(BIN)/python bench/start.py
	$(BIN)/python bench/servers.py
	$(BIN)/python bench/answers.py
	$(BIN)/python bench/walk.py
	$(BIN)/python bench/admission.py
	$(BIN)/python bench/postgres.py
	$(BIN)/python bench/restart.py
	$(BIN)/python bench/watch.py
	$(BIN)/python bench/deliver.py
	$(BIN)/python bench/jams.py
	$(BIN)/python bench/votes.py
	$(BIN)/python bench/webhooks.py
	$(BIN)/python bench/interactions.py
	$(BIN)/python bench/fleet.py

model: $(VENV)/.dev  ## 100,000 random steps each of jobs and of jams, with crashes and faults; other ones each time
	$(BIN)/python -m tests.jobs.model 100000

fuzz: $(VENV)/.dev  ## 100,000 mutated API answers, 20,000 jobs with hostile texts
	$(BIN)/python -m tests.behaviour.fuzz

pins: $(VENV)/.dev  ## newest releases into the pinned requirements (needs uv)
	set -e; for name in bot sandbox postgres http voice dev; do \
	    file=requirements/$$name.txt; [ $$name = bot ] && file=requirements.txt; \
	    uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade requirements/$$name.in -o $$file; \
	done

clean:  ## removes what was installed
	rm -rf $(VENV) .coverage*

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Encore needs Python 3.11 or newer; try make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.bot: requirements.txt | $(VENV)/bin/python
	@echo "Installing the bot's packages into $(VENV), once ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.sandbox: requirements/sandbox.txt $(VENV)/.bot
	@echo "Installing the sandbox's packages, once ..."
	@$(PIP) -r requirements/sandbox.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.sandbox
	@echo "Installing the tools for checks and tests, once ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@
