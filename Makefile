# Every target makes what it needs; `make demo` and `make test` are all the set-up there is.
PYTHON ?= python3
VENV ?= .venv
PEERS ?= .venv-peers
FUZZ ?= .venv-fuzz
WORKERS ?= 2
BIN = $(VENV)/bin
DATA ?= ../shared/data
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test test-slow test-browser check bench docs clean

demo: $(VENV)/installed
	$(BIN)/vade models pull
	$(BIN)/python examples/demo.py

test: $(VENV)/dev
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

test-slow: $(VENV)/dev
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile default

test-browser: $(VENV)/dev
	$(INSTALL) --editable '.[dev,train,browser]'
	command -v chromium || (apt-get update && apt-get install -y chromium)
	$(BIN)/python -m pytest -m browser

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/contracts

bench: $(VENV)/dev $(PEERS)/installed $(FUZZ)/installed
	$(INSTALL) --editable '.[bench]'
	$(BIN)/python benchmarks/published.py --data $(DATA) --peers-python $(PEERS)/bin/python
	$(BIN)/python benchmarks/retrieval.py --data $(DATA)
	$(BIN)/python benchmarks/latency.py --data $(DATA)
	$(BIN)/python benchmarks/answers.py --data $(DATA)
	$(BIN)/python benchmarks/ingest_rate.py --data $(DATA)
	$(BIN)/python benchmarks/kills.py
	$(BIN)/python benchmarks/mutate.py --data $(DATA)
	$(BIN)/python benchmarks/metrics_rate.py --data $(DATA)
	$(BIN)/python benchmarks/grounding.py --data $(DATA)
	$(BIN)/python benchmarks/tune.py --data $(DATA)
	$(BIN)/python benchmarks/reader.py --data $(DATA)
	$(BIN)/python benchmarks/calibrate.py --data $(DATA)
	$(BIN)/python benchmarks/calibrate.py --data $(DATA) --source squad2_dev --limit 0
	$(BIN)/python benchmarks/other_texts.py --data $(DATA)
	$(BIN)/python benchmarks/checker.py --data $(DATA)
	$(BIN)/python benchmarks/lora.py --data $(DATA)
	$(BIN)/python benchmarks/tuning.py --data $(DATA)
	$(BIN)/python benchmarks/curve.py --data $(DATA)
	$(BIN)/python benchmarks/follow_ups.py --data $(DATA)
	$(BIN)/python benchmarks/expansion.py --data $(DATA)
	$(BIN)/python benchmarks/observation.py
	$(BIN)/python benchmarks/page.py
	$(BIN)/python benchmarks/serving.py --data $(DATA)
	$(BIN)/python benchmarks/server_kills.py
	$(BIN)/python benchmarks/fuzz.py --schemathesis $(FUZZ)/bin/schemathesis

docs: $(VENV)/dev
	$(BIN)/python -m pytest tests/contracts/test_readme.py

clean:
	rm -rf $(VENV) $(PEERS) $(FUZZ) .mypy_cache .ruff_cache .pytest_cache

$(PEERS)/installed: benchmarks/peers/requirements.txt constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --constraint constraints.txt --requirement $<
	touch $@

$(FUZZ)/installed:
	$(PYTHON) -m venv $(FUZZ)
	$(FUZZ)/bin/python -m pip install --quiet schemathesis
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) --editable .
	touch $@

$(VENV)/dev: $(VENV)/installed
	$(INSTALL) --editable '.[dev,train]'
	touch $@
