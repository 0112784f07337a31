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
# Compiled once, or each start would compile 12 s long where Python may not write its caches.
SYNC = $(UV) pip sync --compile-bytecode --python .venv/bin/python

.PHONY: help run train test coverage check format lock evaluate wechat-demo clean

help: ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: .venv/installed ## Install, train if needed, and serve everything on http://127.0.0.1:5005
	$(BOT) serve

train: .venv/installed ## Train the language model from nlu_data/
	$(BOT) train

test: .venv/installed ## Run the whole test suite
	.venv/bin/pytest

coverage: .venv/installed ## The same, and which lines it never runs (slower)
	.venv/bin/pytest --cov=bot --cov=kb --cov=actions --cov=channels --cov-report=term:skip-covered

evaluate: .venv/installed ## Measure the language understanding on held-out messages
	$(BOT) train
	$(BOT) evaluate

# What the stand-in and the service of the demonstration have in common; nothing of it is secret.
wechat-demo: WECHAT_TOKEN := demo-token
wechat-demo: WECHAT_APP_ID := wx0123456789abcdef
wechat-demo: WECHAT_APP_SECRET := demo-secret
wechat-demo: WECHAT_AES_KEY := abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
wechat-demo: .venv/installed ## Try the WeChat channel in the browser, without an account; Ctrl-C ends it
	@trap 'kill $$(jobs -p) 2>/dev/null; wait' EXIT; trap 'exit 130' INT TERM; \
	.venv/bin/python -m tools.wechat_standin --port 5010 --templates channels/wechat_standin/templates.json \
		--account-url http://localhost:5005/webhooks/wechat/webhook --token $(WECHAT_TOKEN) \
		--app-id $(WECHAT_APP_ID) --app-secret $(WECHAT_APP_SECRET) --aes-key $(WECHAT_AES_KEY) & \
	export WECHAT_TOKEN=$(WECHAT_TOKEN) WECHAT_APP_ID=$(WECHAT_APP_ID) WECHAT_APP_SECRET=$(WECHAT_APP_SECRET) \
		WECHAT_AES_KEY=$(WECHAT_AES_KEY) WECHAT_ENCRYPTED_ONLY=true WECHAT_NOTICE_TEMPLATE=progress \
		WECHAT_API_BASE=http://127.0.0.1:5010 BOT_PUBLIC_URL=http://localhost:5005 BOT_PORT=5005 \
		BOT_DATA_DIR=data/wechat-demo; \
	($(BOT) wechat menu >/dev/null; exec $(BOT) serve) & \
	echo 'Chat window: http://localhost:5010 (it answers once the service is "ready")' >&2; \
	wait -n

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
