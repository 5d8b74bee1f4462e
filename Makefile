# The same commands on a desk and in CI.  `make report` is the main job.
PYTHON ?= python3.11
VENV ?= $(if $(filter python3.11,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
BIN = $(VENV)/bin
SEED ?= 7
RUN = $(VENV)/.run
DEV = $(VENV)/.dev
export TZ = UTC
export MPLBACKEND = Agg

.PHONY: report test examples check bench scores clean
.DEFAULT_GOAL := report

# A name such as python3.13 is looked for on the path, then among the versions that pyenv keeps.
INTERPRETER = $(shell $(PYTHON) -c 'import sys; print(sys.executable)' 2>/dev/null || \
	ls $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$(patsubst python%,%,$(PYTHON)).*/bin/$(PYTHON) 2>/dev/null | tail -1)

$(BIN)/python:
	$(or $(INTERPRETER),$(PYTHON)) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade -c constraints.txt pip

$(RUN): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	@touch $@ $(RUN)

report: $(RUN)
	$(BIN)/forceflow report seeds --out out --seed $(SEED)

test: $(DEV)
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q --cov --cov-report=term
	NUMBA_CACHE_DIR=$(abspath $(VENV))/numba $(BIN)/python -m pytest --nbmake --nbmake-timeout=60 tests examples -q

examples: $(DEV)
	NUMBA_CACHE_DIR=$(abspath $(VENV))/numba $(BIN)/python -m pytest --nbmake --nbmake-timeout=60 examples -q

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV)
	FORCEFLOW_RESULTS=benchmarks/RESULTS.md $(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-only -q

scores: $(RUN)
	$(BIN)/python -m forceflow.estimates.score_page docs/scores.md

clean:
	rm -rf .venv .venv-* out .mypy_cache .pytest_cache .ruff_cache .coverage .import_linter_cache dist
