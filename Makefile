# Targets that a person calls; make alone lists them. Nothing needs an activated environment.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
unexport PYTHONDONTWRITEBYTECODE # each process would compile all modules anew
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
SERVE := $(VENV)/.installed-serve
INSTALL := $(VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes
UV := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	--no-annotate

.DEFAULT_GOAL := help
.PHONY: help setup repro serve problems studies extensions pipelines reliability picture charts plots-page lint test test-slow bench m3 lock clean

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "error: Python must be 3.11 to 3.13, got %d.%d: make PYTHON=python3.11 ..." % v)'
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN): $(VENV)/.created requirements.txt
	@echo 'installing the packages of requirements.txt, which takes some minutes'
	@$(INSTALL) -r requirements.txt
	@touch $@

$(DEV): $(RUN) requirements-dev.txt
	@echo 'installing the packages of requirements-dev.txt'
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

$(SERVE): $(RUN) requirements-serve.txt
	@echo 'installing the packages of requirements-serve.txt'
	@$(INSTALL) -r requirements-serve.txt
	@touch $@

setup: $(RUN) ## create .venv with the pinned packages

repro: $(RUN) ## run the pipeline and print the result
	@dvc repro
	@python -m statecast summary

serve: $(SERVE) ## forecast over HTTP with the networks of data/model: http://127.0.0.1:8000
	@python -m statecast serve data/model

problems: $(RUN) ## run the counting and memory problems and write their tables (5 minutes)
	@cd problems/counting && dvc repro && dvc repro variants/dvc.yaml
	@cd problems/memory && dvc repro && dvc repro variants/dvc.yaml
	@python -m problems.tables
	@python -m problems.published

studies: $(RUN) ## train the published tables and diagnostics again; writes docs/reproduction.md (5 minutes)
	@python -m statecast study studies/table-epochs.yaml studies/table-batch-size.yaml studies/table-units.yaml \
		studies/tables-2017.yaml studies/diagnostics.yaml studies/remarks.yaml studies/repeats-300.yaml \
		studies/repeats-3000.yaml studies/unseen.yaml
	@python -m studies.reproduction
	@cd problems/memory && PYTHONPATH=../.. python -m statecast study studies/smallest.yaml
	@python -m problems.tables

extensions: $(RUN) ## measure what each extension changes; writes docs/extensions.md (8 minutes)
	@python -m studies.extensions

pipelines: $(DEV) ## write what follows from imports, and the problems' pipelines, into all dvc.yaml
	@python -m problems.pipelines

reliability: $(DEV) ## write docs/reliability.md from the names of the tests
	@python -m tests.promises

picture: $(RUN) ## write the picture of the README from the results
	@python -m studies.picture

charts: $(RUN) ## write the templates of the charts
	@python -m statecast.report.templates

plots-page: $(RUN) ## write the page of dvc plots anew, after an update of vl-convert
	@python -m statecast.report.plots_page

lint: $(DEV)
	@ruff check .
	@ruff format --check .
	@mypy

test: $(DEV) lint ## lint, types and the tests (3 to 4 minutes)
	@python -m pytest

test-slow: $(DEV) ## the tests that take longer
	@python -m pytest -m slow -n 3 # some wait for other processes

bench: $(DEV) ## measure speed against Keras; writes benchmarks/results.md
	@python -m benchmarks.run

m3: $(DEV) ## forecast the M3 competition beside its published methods; writes docs/accuracy.md (15 minutes)
	@python -m benchmarks.accuracy

lock: ## write the requirements locks anew (needs uv)
	$(UV) pyproject.toml -o requirements.txt
	$(UV) -c requirements.txt --extra dask pyproject.toml -o requirements-dask.txt
	$(UV) -c requirements.txt --extra serve pyproject.toml -o requirements-serve.txt
	$(UV) -c requirements.txt --extra dask --extra serve --group dev pyproject.toml -o requirements-dev.txt

clean: ## remove the environment
	rm -rf $(VENV)
