# make serve [DOCS=folder]   read a folder of documents and serve them on http://127.0.0.1:8000
# make test                  everything that CI runs

PYTHON ?= python3
DOCS ?= seeds
PORT ?= 8000
# One library a folder, so that serving another folder never mixes them.
LIBRARY ?= .library/$(shell printf '%s' "$(abspath $(DOCS))" | cksum | cut -d ' ' -f 1)

VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

export HF_HUB_OFFLINE = 1

.PHONY: help serve test lint types check kill-test seeds bench-embedding bench-squad bench-followups clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

serve: $(RUNTIME) ## Read DOCS (by default the sample documents) and serve them
	$(VENV)/bin/pincite add "$(DOCS)" --library "$(LIBRARY)"
	$(VENV)/bin/pincite serve --port $(PORT) --library "$(LIBRARY)"

test: lint types check ## Run everything that CI runs

lint: $(DEVELOPMENT) ## Check style and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(DEVELOPMENT) ## Check types
	$(VENV)/bin/mypy

check: $(DEVELOPMENT) ## Run the tests
	$(VENV)/bin/python -m pytest

kill-test: $(DEVELOPMENT) ## Kill an ingestion at 50 random moments and compare the outcome
	$(VENV)/bin/python -m pytest tests/test_index_kill.py --kills 50

seeds: $(DEVELOPMENT) ## Make the binary sample documents anew
	$(VENV)/bin/python tools/make_seeds.py

bench-embedding: $(DEVELOPMENT) ## Measure embedding beside plain sentence-transformers
	$(VENV)/bin/python benchmarks/embedding.py

bench-squad: $(DEVELOPMENT) ## Measure ranking, excerpts and silence on SQuAD 2
	$(VENV)/bin/python benchmarks/squad.py

bench-followups: $(DEVELOPMENT) ## Measure follow-up questions on MTRAG
	$(VENV)/bin/python benchmarks/followups.py

clean: ## Remove the virtual environment and the libraries made here
	rm -rf $(VENV) .library

$(RUNTIME): pyproject.toml constraints.txt
	@echo "Installing into $(VENV); the first time this takes a few minutes."
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade pip
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	$(PIP) install --quiet --constraint constraints.txt --group dev
	@touch $@
