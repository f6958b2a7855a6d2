# One command for each thing a person wants to do. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := config/locks/all.txt
STORE  := var/store
SEEDS  ?= 0:10000
# The environment is made again only when what is locked, or how we are packaged, has changed.
STAMP  := $(VENV)/.made-from-$(shell cat $(LOCK) pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)

# Browsers and real clocks on a busy machine: what failed is tried once more, alone, and both runs are printed.
tried   = $(BIN)/python -m pytest $(1) -m "$(2)" || $(BIN)/python -m pytest --last-failed --last-failed-no-failures none -m "$(2)"

.DEFAULT_GOAL := help
.PHONY: help setup system check test sim bench demo run locks clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP)  ## make .venv from the lock file (nothing to do when it is up to date)

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "store-edge needs Python 3.11 or newer; give one with: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "python3 -m venv failed; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.made-from-* && touch $@

system:  ## install what the tests need from Debian: Chromium and two fonts
	@config/need-debian-packages chromium fonts-noto-cjk fonts-inter

check: setup  ## lint, types, walls, size budgets, rules and docs (under a minute)
	@$(BIN)/python -m tests.house.check

test: setup system check  ## everything that CI runs
	$(call tried,-n auto --maxprocesses 4 --dist loadfile,not journey)
	$(call tried,-n 2 --dist loadfile,journey)

sim: setup  ## play 10,000 seeds of stores and HQ under faults (SEEDS=A:B for others), then the planted bugs
	$(BIN)/python -m tests.sim --seeds $(SEEDS) --jobs 2
	$(BIN)/python -m tests.sim --planted-bugs

bench: setup  ## figures beside their floors, one JSON line each (MEASURES="accept push" for some)
	@$(BIN)/python -m tests.bench $(MEASURES)

demo: setup  ## play a store day: HQ, its front door and a store as real processes
	$(BIN)/store-edge demo

run: setup  ## run one store without HQ, in the folder var/store
	@test -d $(STORE) || $(BIN)/store-edge init --home $(STORE) --store-id harbour-lane --code HL \
	  --name "Harbour Lane" --public-host harbour-lane.localhost
	@echo "pair a screen:  $(BIN)/store-edge devices code --home $(STORE)"
	@echo "let someone in: $(BIN)/store-edge staff add --home $(STORE) --help"
	STORE_EDGE_COOKIES_SECURE=false $(BIN)/store-edge serve --home $(STORE)

locks: setup  ## resolve config/locks/ anew, after pyproject.toml changed
	$(BIN)/uv pip compile pyproject.toml --extra hq --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --output-file config/locks/all.txt
	$(BIN)/uv pip compile pyproject.toml --constraint config/locks/all.txt --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --output-file config/locks/runtime.txt

clean:  ## remove the environment and caches, keep everything else
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
