# One folder, one command. `make` alone prints what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPARK := .venv-spark
REPORT_LANG ?=
WEEK ?=
MILLIONS ?= 1 10
PARTS ?=
SAMPLE := data/sample/pipeline.toml
BOOKS := $(patsubst %.py,%.ipynb,$(wildcard notebooks/*.py))
CHOICE = $(if $(WEEK),--week $(WEEK)) $(if $(REPORT_LANG),--lang $(REPORT_LANG))
# Modules are compiled when they are first imported, most never are: half the time of an installation. What is compiled is
# kept, whatever the environment says: else each process of the tests compiles anew, half of the time of its beginning.
unexport PYTHONDONTWRITEBYTECODE
PIP = $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help report run pdf sample notebooks test test-full lint compiled bench bench-spark clean dictionary pictures

help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo; echo "  WEEK=2026-W47 chooses the week (default: the last complete one), REPORT_LANG=en|ru one language."

report: $(VENV)/core ## the weekly report of the simulated sample: ends with the path of reports/index.html
	@$(BIN)/python -m pipeline --config $(SAMPLE) run $(CHOICE)

run: $(VENV)/core ## the scheduled job: load what is new in data/inbox/<source>/, build, report
	@$(BIN)/python -m pipeline run $(CHOICE)

pdf: report ## the sample's report on paper: a PDF beside each page (needs Chromium)
	@$(BIN)/python -m pipeline --config $(SAMPLE) pdf $(CHOICE)

sample: $(VENV)/core ## simulate the sample anew into data/sample (the same seed gives the same bytes)
	@$(BIN)/python -m pipeline sample

notebooks: $(VENV)/notebooks $(BOOKS) ## open the notebooks in JupyterLab; what you changed in them stays
	@for book in $(BOOKS); do \
		if [ "$${book%.ipynb}.py" -nt "$$book" ]; then \
			echo "$$book stays as it is; $${book%.ipynb}.py is newer: rename yours to have that one too"; \
		fi; \
	done
	@$(BIN)/jupyter lab --notebook-dir notebooks

$(BOOKS): | $(VENV)/notebooks # made where there is none: what is changed in Lab is saved only here
	@$(BIN)/jupytext --quiet --to ipynb $(@:.ipynb=.py)

test: $(VENV)/test ## install what tests need and run them
	@$(BIN)/python -m pytest

test-full: $(VENV)/test $(SPARK)/ready ## all tests, the slow simulations too, and both engines on a Spark cluster
	@$(BIN)/python -m pytest -m "not spark"
	@$(SPARK)/bin/python -m pytest -n 0 -m spark tests/test_spark.py

lint: $(VENV)/test ## style and types
	@$(BIN)/ruff check pipeline tests notebooks
	@$(BIN)/ruff format --check pipeline tests notebooks
	@$(BIN)/mypy

compiled: $(VENV)/test # what tests import, while lint has the other core; what is wrong with it, they will say
	-@$(BIN)/python -m pytest -n 0 --collect-only -qq >/dev/null
	-@$(BIN)/python -c "import pipeline.expectations.judge"

bench: $(VENV)/bench ## time and memory beside bare scans, hand-written SQL and peers: writes BENCHMARKS.md (MILLIONS="1 10 50")
	@$(BIN)/python -m tests.bench $(PARTS) --millions $(MILLIONS)

bench-spark: $(SPARK)/ready ## the build on a Spark cluster of two workers beside DuckDB's, into the same BENCHMARKS.md
	@$(SPARK)/bin/python -m tests.bench spark --millions $(MILLIONS)

pictures: report $(VENV)/test ## the README's pictures, taken from the sample's report
	@$(BIN)/python -m tests.pictures

dictionary: $(VENV)/core ## write the KPI dictionary from the catalogue
	@$(BIN)/python -m pipeline.kpis.dictionary > KPIS.md

clean: ## remove what was made: environments, the sample's warehouse and simulated reports; those of your own data stay
	rm -rf $(VENV) $(SPARK) data/sample-work build *.egg-info .pytest_cache .ruff_cache .mypy_cache
	@grep -ls '"is_simulated": true' reports/*/report.json reports/*/*/report.json | \
		while read -r file; do rm -rf "$${file%/*}"; done
	@for script in reports/*/assets/weeks.js reports/assets/weeks.js; do \
		folder="$${script%/assets/weeks.js}"; \
		if [ -f "$$script" ] && ! ls "$$folder"/*/report.json >/dev/null 2>&1; then \
			rm -rf "$$folder/assets" "$$folder"/index*.html "$$folder"/feed*.xml; \
			rmdir "$$folder" 2>/dev/null; \
		fi; \
	done; true

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "missing: $(PYTHON) (on Debian: apt install python3)"; exit 2; }
	@command -v git >/dev/null || { echo "missing: git (on Debian: apt install git)"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "missing: python3-venv (on Debian: apt install python3-venv)"; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/core: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing the pinned dependencies (about a minute, once)"
	@$(PIP) -e . && touch $@

$(VENV)/test: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing the pinned dependencies and what tests need (about a minute, once)"
	@$(PIP) -e '.[test,lint]' && touch $(VENV)/core $@

$(VENV)/bench: $(VENV)/test
	@$(PIP) -e '.[bench]' && touch $@

$(SPARK)/ready: pyproject.toml constraints.txt
	@command -v java >/dev/null || { echo "missing: java 17 (on Debian: apt install openjdk-17-jre-headless)"; exit 2; }
	@echo "installing Spark in a venv of its own (400 MB, once)"
	@$(PYTHON) -m venv $(SPARK)
	@$(SPARK)/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[spark,test]' && touch $@

$(VENV)/notebooks: $(VENV)/core
	@$(PIP) -e '.[notebooks]' && touch $@
