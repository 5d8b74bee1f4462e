# The same commands on a desk and in CI.  `make report` is the main job.
PYTHON ?= python3.11
VENV ?= $(if $(filter python3.11,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
BIN = $(VENV)/bin
SEED ?= 7
RUN = $(VENV)/.run
DEV = $(VENV)/.dev
DOCS = $(VENV)/.docs
export TZ = UTC
export MPLBACKEND = Agg

.PHONY: report test quick lowest examples check bench calibration scores mutants docs clean
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

$(DOCS): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[docs]"
	@touch $@ $(RUN)

report: $(RUN)
	$(BIN)/forceflow report seeds --out out --seed $(SEED)

test: $(DEV)
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q --cov --cov-report=term
	NUMBA_CACHE_DIR=$(abspath $(VENV))/numba $(BIN)/python -m pytest --nbmake --nbmake-timeout=60 tests examples -q

# What a change of Python or of the libraries below breaks first.
QUICK = $(addprefix tests/test_,quantity.py reports.py frames.py flows.py cli.py)

quick: $(DEV)
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -m "not slow and not nightly" $(QUICK)

# The oldest versions that pyproject.toml allows; their own warnings about newer libraries are not ours to mend.
lowest:
	$(or $(INTERPRETER),$(PYTHON)) -m venv --clear .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet uv
	.venv-lowest/bin/uv pip compile --quiet --resolution lowest-direct --extra arrow --extra bench pyproject.toml \
		--python .venv-lowest/bin/python --output-file .venv-lowest/lowest.txt
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python -r .venv-lowest/lowest.txt hypothesis
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --no-deps -e .
	NUMBA_DISABLE_JIT=1 .venv-lowest/bin/python -m pytest -q -m "not slow and not nightly" -o filterwarnings=default $(QUICK)

examples: $(DEV)
	NUMBA_CACHE_DIR=$(abspath $(VENV))/numba $(BIN)/python -m pytest --nbmake --nbmake-timeout=60 examples -q

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV)
	NUMBA_CACHE_DIR=$(abspath $(VENV))/numba $(BIN)/forceflow bench --benchmarks benchmarks --out benchmarks/RESULTS.md

calibration: $(DEV)
	NUMBA_CACHE_DIR=$(abspath $(VENV))/numba $(BIN)/python -m pytest tests/test_calibration.py -m nightly -q -s

# Hours on one core; see CONTRIBUTING.md.
mutants: $(DEV)
	$(BIN)/python -m pip install --quiet mutmut
	NUMBA_DISABLE_JIT=1 $(BIN)/mutmut run --max-children 1

scores: $(RUN)
	$(BIN)/python -m forceflow.estimates.score_page docs/scores.md

# All pages anew (-E), as their code may answer otherwise; Jupyter's own drawing backend is wanted.
docs: $(DOCS)
	NUMBA_CACHE_DIR=$(abspath $(VENV))/numba env -u MPLBACKEND $(BIN)/python -m sphinx -b html -E -W --keep-going -q -j auto \
		-d docs/_build/doctrees docs docs/_build/html

clean:
	rm -rf docs/_build docs/_generated docs/examples docs/reference/api
	rm -rf .venv .venv-* out .mypy_cache .pytest_cache .ruff_cache .coverage .import_linter_cache dist
