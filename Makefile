# The same commands on a desk and in CI.  `make report` is the main job; `make help` lists the others.
PYTHON ?= python3.11
VENV ?= $(if $(filter python3.11,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
BIN = $(VENV)/bin
SEED ?= 7
JOBS ?= auto
WING ?=
RUN = $(VENV)/.run
DEV = $(VENV)/.dev
DOCS = $(VENV)/.docs
COMPILED = NUMBA_CACHE_DIR=$(abspath $(VENV))/numba
export TZ = UTC
export MPLBACKEND = Agg

.PHONY: help report test quick kernels lowest examples check fmt house bench calibration scores mutants docs clean
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

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

report: $(RUN)  ## the main job: the shipped reports in, out/report.html with figures and tables out
	$(BIN)/forceflow report seeds --out out --seed $(SEED)

# One compiled pass measures everything but the kernels, whose own tests then run without the compiler.
test: $(DEV)  ## every test and notebook, with branch coverage; JOBS=2 for two processes
	$(COMPILED) $(BIN)/python -m pytest -q -n $(JOBS) --cov --cov-report= --cov-fail-under=0 --nbmake --nbmake-timeout=60 tests examples
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -n $(JOBS) -m "kernel and not nightly" --cov --cov-append --cov-report=term tests

# What a change of Python or of the libraries below breaks first.
QUICK = $(addprefix tests/,quantity evidence/test_reports.py evidence/tables/test_frames.py flows/test_flows.py cli/test_cli.py)

quick: $(DEV)  ## tests of one wing (WING=lift), or those that break first; no slow ones
	$(COMPILED) $(BIN)/python -m pytest -q -n $(JOBS) -m "not slow and not nightly" $(if $(WING),tests/$(WING),$(QUICK))

kernels: $(DEV)  ## tests of the kernels without the compiler
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -n $(JOBS) -m "kernel and not nightly" tests

# The oldest versions that pyproject.toml allows; their own warnings about newer libraries are not ours to mend.
lowest:  ## the quick tests on the oldest versions allowed
	$(or $(INTERPRETER),$(PYTHON)) -m venv --clear .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet uv
	.venv-lowest/bin/uv pip compile --quiet --resolution lowest-direct --extra arrow --extra bench pyproject.toml \
		--python .venv-lowest/bin/python --output-file .venv-lowest/lowest.txt
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python -r .venv-lowest/lowest.txt hypothesis pytest-xdist
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --no-deps -e .
	NUMBA_CACHE_DIR=$(abspath .venv-lowest)/numba .venv-lowest/bin/python -m pytest -q -n $(JOBS) -m "not slow and not nightly" \
		-o filterwarnings=default $(QUICK)

examples: $(DEV)  ## run the notebooks
	$(COMPILED) $(BIN)/python -m pytest -n $(JOBS) --nbmake --nbmake-timeout=60 examples -q

check: $(DEV)  ## lint, format, types, layers, and the measures of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/house.py

fmt: $(DEV)  ## format, and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

house: $(DEV)  ## measure how the code is laid out
	$(BIN)/python tools/house.py --longest --circles

bench: $(DEV)  ## benchmarks beside their peers
	$(COMPILED) $(BIN)/forceflow bench --benchmarks benchmarks --out benchmarks/RESULTS.md

calibration: $(DEV)  ## the long run of the calibrations
	$(COMPILED) $(BIN)/python -m pytest tests/package/test_calibration.py -m nightly -q -s

mutants: $(DEV)  ## mutation testing: hours on one core, see CONTRIBUTING.md
	$(BIN)/python -m pip install --quiet mutmut
	NUMBA_DISABLE_JIT=1 $(BIN)/mutmut run --max-children 1

scores: $(RUN)  ## docs/scores.md: how the forecasts scored
	$(BIN)/python tools/make_scores_page.py docs/scores.md

# All pages are made from the start (-E), as their code may answer otherwise; Jupyter's own drawing backend is needed.
docs: $(DOCS)  ## the documentation site
	$(COMPILED) env -u MPLBACKEND $(BIN)/python -m sphinx -b html -E -W --keep-going -q -j auto \
		-d docs/_build/doctrees docs docs/_build/html

clean:  ## remove what the commands above made
	rm -rf docs/_build docs/_generated docs/examples docs/reference/api
	rm -rf .venv .venv-* out .mypy_cache .pytest_cache .ruff_cache .coverage .import_linter_cache dist
