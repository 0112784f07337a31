# `make run` and `make test` need only python3 (with venv) and make; everything else is fetched into this folder.
.DEFAULT_GOAL := help
SHELL := /bin/bash

UV_VERSION := 0.13.9
UV := .tools/bin/uv
BOT := .venv/bin/bot
# The build of torch: `cpu` is 3.5 GB of environment, `gpu` (PyPI's CUDA build) 8 GB.
TORCH ?= $(if $(shell command -v nvidia-smi 2>/dev/null),gpu,cpu)
# A folder of wheels, e.g. with the CPU build of torch on a machine without internet.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_CUSTOM_COMPILE_COMMAND := make lock
COMPILE = $(UV) pip compile -q --python-version 3.11 --generate-hashes --group dev pyproject.toml
SYNC = $(UV) pip sync --python .venv/bin/python

.PHONY: help run train test check format lock evaluate clean

help: ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: .venv/installed ## Install, train if needed, and serve everything on http://127.0.0.1:5005
	$(BOT) serve

train: .venv/installed ## Train the language model from nlu_data/
	$(BOT) train

test: .venv/installed ## Run the whole test suite
	.venv/bin/pytest

evaluate: .venv/installed ## Measure the language understanding on held-out messages
	$(BOT) train
	$(BOT) evaluate

check: .venv/installed ## Style, types and the table of rooms
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(BOT) kb check

format: .venv/installed ## Format the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: $(UV) ## Resolve the dependencies anew into requirements/
	env -u UV_FIND_LINKS $(COMPILE) -o requirements/gpu.txt
	$(COMPILE) --torch-backend=cpu -o requirements/cpu.txt

clean: ## Remove the environment, models and caches; the data folder stays
	rm -rf .venv .tools models .rasa .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(UV):
	python3 -m venv .tools
	.tools/bin/pip install -q uv==$(UV_VERSION)

.venv/installed: requirements/cpu.txt requirements/gpu.txt pyproject.toml | $(UV)
	$(UV) venv -q --python 3.11 --allow-existing .venv
ifeq ($(TORCH),gpu)
	$(SYNC) requirements/gpu.txt
else ifneq ($(UV_FIND_LINKS),)
	$(SYNC) requirements/cpu.txt || $(SYNC) requirements/gpu.txt
else
	$(SYNC) --torch-backend=cpu requirements/cpu.txt || $(SYNC) requirements/gpu.txt
endif
	$(UV) pip install -q --python .venv/bin/python --no-deps -e .
	touch $@
