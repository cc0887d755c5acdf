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
PEERS_VENV := .venv-peers
PEERS := $(PEERS_VENV)/.installed

export HF_HUB_OFFLINE = 1

.PHONY: help serve test lint types check kill-test seeds screenshots bench-embedding bench-quality bench-latency bench-followups bench-serving bench-slack bench-wording bench-check train-reader fit fit-reader peers clean

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
	$(VENV)/bin/python tools/get_browser.py
	$(VENV)/bin/python -m pytest

kill-test: $(DEVELOPMENT) ## Kill an ingestion at 50 random moments and compare the outcome
	$(VENV)/bin/python -m pytest tests/test_index_kill.py --kills 50

seeds: $(DEVELOPMENT) ## Make the binary sample documents anew
	$(VENV)/bin/python tools/make_seeds.py

screenshots: $(DEVELOPMENT) ## Photograph the page for the README
	$(VENV)/bin/python tools/get_browser.py
	$(VENV)/bin/python tools/make_screenshots.py

bench-embedding: $(DEVELOPMENT) ## Measure embedding beside plain sentence-transformers
	$(VENV)/bin/python -m benchmarks.embedding

bench-quality: $(DEVELOPMENT) $(if $(findstring --no-peers,$(OPTIONS)),,$(PEERS)) ## Measure answers beside baselines and peers (OPTIONS="--quick")
	$(VENV)/bin/python -m benchmarks.quality $(OPTIONS)

bench-latency: $(DEVELOPMENT) ## Measure the time that a question takes
	$(VENV)/bin/python -m benchmarks.latency $(OPTIONS)

bench-serving: $(DEVELOPMENT) ## Measure the page, and the server under 32 people
	PYTHONPATH=tools $(VENV)/bin/python -m benchmarks.serving $(OPTIONS)

bench-slack: $(DEVELOPMENT) ## Measure a busy minute of team chat over a restart
	$(VENV)/bin/python -m benchmarks.chatting $(OPTIONS)

bench-wording: $(DEVELOPMENT) ## Measure finding words, as they stand and altered
	$(VENV)/bin/python -m benchmarks.wording $(OPTIONS)

bench-check: $(DEVELOPMENT) ## Measure checking drafts with planted errors
	$(VENV)/bin/python -m benchmarks.check_draft $(OPTIONS)

peers: $(PEERS) ## Install the systems that Pincite is measured beside, apart from it

bench-followups: $(DEVELOPMENT) ## Measure follow-up questions on MTRAG
	$(VENV)/bin/python -m benchmarks.followups

train-reader: $(DEVELOPMENT) ## Train the reader of question and passage (OPTIONS="--until 300")
	$(VENV)/bin/python -m benchmarks.reader.train $(OPTIONS)

fit: $(DEVELOPMENT) ## Fit the coefficients of ranking, excerpts and confidence anew
	$(VENV)/bin/python -m benchmarks.fit

fit-reader: $(DEVELOPMENT) ## Fit what the reader's evidence weighs anew
	$(VENV)/bin/python -m benchmarks.fit_reader

clean: ## Remove the virtual environment and the libraries made here
	rm -rf $(VENV) $(PEERS_VENV) .library .bench

$(RUNTIME): pyproject.toml constraints.txt
	@echo "Installing into $(VENV); the first time this takes a few minutes."
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade pip
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	$(PIP) install --quiet --constraint constraints.txt --group dev
	@touch $@

$(PEERS): benchmarks/peers/requirements.txt
	@echo "Installing the peers into $(PEERS_VENV); the first time this takes a few minutes."
	test -x $(PEERS_VENV)/bin/python || $(PYTHON) -m venv $(PEERS_VENV)
	$(PEERS_VENV)/bin/python -m pip --disable-pip-version-check install --quiet --upgrade pip
	$(PEERS_VENV)/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	@touch $@
