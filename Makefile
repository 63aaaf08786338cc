PORT ?= 8000
CLOUD_PORT ?= 4566
STATE_DIR ?= .local
RATE_LIMIT_PER_MINUTE ?=
PYTHON ?= python3
export PORT CLOUD_PORT STATE_DIR RATE_LIMIT_PER_MINUTE

ENVIRONMENT := $(PYTHON) tools/environment.py
APP := .venvs/app/bin/python
CLOUD := .venvs/cloud/bin/python

.PHONY: help
help: ## List what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.PHONY: run
run: .app .cloud .package ## Start the local cloud, deploy, load the plan, serve the site (PORT=, CLOUD_PORT=, STATE_DIR=, RATE_LIMIT_PER_MINUTE=)
	@exec $(CLOUD) -m tools.local_cloud

.PHONY: .app .cloud .package
.app:
	@$(ENVIRONMENT) app requirements.txt requirements-dev.txt
.cloud:
	@$(ENVIRONMENT) cloud requirements-cloud.txt
.package: .app
	@$(APP) -m tools.package dev
