# `make run` needs python3 with venv; `make test` installs the system packages of the tests too. The rest goes into this folder.
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

# Make the bill of materials, and look known vulnerabilities up.
AUDIT_TOOLS := cyclonedx-bom==7.5.0 pip-audit==2.10.1

# What the tests drive: a browser with Chinese type, both databases, another WeChat client, and the proxy.
PACKAGES := chromium fonts-noto-cjk postgresql-17 postgresql-17-pgvector redis-server nodejs npm nginx-light openssl
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help system run train test attack coverage check format lock sbom audit evaluate wechat-demo clean

help: ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: .venv/installed ## Install, train if needed, and serve everything on http://127.0.0.1:5005
	@echo 'Serving on http://127.0.0.1:5005. The first start trains the model and encodes the articles: three to fifteen minutes, by the processor.' >&2
	$(BOT) serve

train: .venv/installed ## Train the language model from nlu_data/
	$(BOT) train

test: system .venv/installed ## Run the whole test suite
	@echo 'Running the tests. On two cores they take 15 to 30 minutes; the model is trained once on the way.' >&2
	.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder

system: ## Install the system packages that the tests need (Debian)
	@missing=$$(dpkg-query -W -f='$${Package} $${db:Status-Status}\n' $(PACKAGES) 2>/dev/null | awk '$$2 == "installed" {print $$1}' \
		| grep -vxFf - <(printf '%s\n' $(PACKAGES)) || true); \
	[ -z "$$missing" ] && exit 0; \
	echo "The tests need these system packages (about two minutes):" $$missing >&2; \
	install="apt-get install -y --no-install-recommends $$(echo $$missing)"; \
	if ! command -v apt-get >/dev/null; then echo "They are Debian's names; install what your system calls them." >&2; exit 1; fi; \
	if [ -n "$(SUDO)" ] && ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then \
		echo "Please run, and then make test again:  sudo apt-get update && sudo $$install" >&2; exit 1; fi; \
	$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive $$install -qq >/dev/null

# Of each call that openapi.yml describes so many, with data that fit and data that do not: 50 calls, so 20,000 in all.
attack: EXAMPLES ?= 400
attack: URL ?= http://127.0.0.1:5005
attack: PYTHON ?= .venv/bin/python
attack: export SESSION_TOKEN ?= none
attack: export EDITOR_KEY ?= none
attack: export OPEN311_KEY ?= none
attack: ## Make 20,000 calls of every kind to a running service; none may break it
	$(PYTHON) -m schemathesis.cli run $(URL)/openapi.json --checks not_a_server_error --phases fuzzing \
		--max-examples $(EXAMPLES) --generation-deterministic --continue-on-failure --warnings off \
		--exclude-path /api/web/events --request-timeout 60

coverage: .venv/installed ## The same, and which lines it never runs (slower)
	.venv/bin/pytest --cov=bot --cov=kb --cov=actions --cov=channels --cov=tools --cov-report=term:skip-covered

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
	.venv/bin/python -m tools.wechat_standin --port 5010 --templates tools/wechat_standin/templates.json \
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
	printf '%s\n' $(AUDIT_TOOLS) | $(UV) pip compile -q --python-version 3.11 --generate-hashes - -o requirements/audit.txt

sbom: .tools/audit/installed ## Write the software bill of materials (CycloneDX JSON) to build/sbom.json
	@mkdir -p build
	@PYTHONWARNINGS=ignore .tools/audit/bin/cyclonedx-py requirements requirements/$(TORCH).txt --pyproject pyproject.toml \
		--output-reproducible -o build/sbom.json
	@echo build/sbom.json >&2

audit: .tools/audit/installed ## Check the locked packages for known vulnerabilities (asks osv.dev; needs the internet)
	.tools/audit/bin/pip-audit --vulnerability-service osv --disable-pip --require-hashes -r requirements/$(TORCH).txt

clean: ## Remove the environment, models and caches; the data folder stays
	rm -rf .venv .tools models .rasa .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis

$(UV):
	@python3 -c 'import venv, ensurepip' 2>/dev/null || { echo 'Please run:  $(SUDO) apt-get install -y python3 python3-venv' >&2; exit 1; }
	python3 -m venv .tools
	.tools/bin/pip install -q uv==$(UV_VERSION)

# In an environment of their own: they need newer releases than Rasa pins.
.tools/audit/installed: requirements/audit.txt | $(UV)
	$(UV) venv -q --python 3.11 --allow-existing .tools/audit
	$(UV) pip sync -q --require-hashes --python .tools/audit/bin/python requirements/audit.txt
	touch $@

.venv/installed: requirements/cpu.txt requirements/gpu.txt pyproject.toml | $(UV)
	@echo 'Installing the Python packages into .venv (one to five minutes, 3.5 GB) …' >&2
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
