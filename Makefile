PORT ?= 8000
CLOUD_PORT ?= 4566
STATE_DIR ?= .local
RATE_LIMIT_PER_MINUTE ?=
PYTHON ?= python3
export PORT CLOUD_PORT STATE_DIR RATE_LIMIT_PER_MINUTE
# Environments are made side by side: installing two in a row is most of a first run.
MAKEFLAGS += --jobs=2

ENVIRONMENT := $(PYTHON) tools/environment.py
APP := .venvs/app/bin/python
LAYERS := $(sort $(wildcard requirements-layer-*.txt))
CLOUD := .venvs/cloud/bin/python
TOOLS := .venvs/tools/bin
LOCAL_AWS := AWS_ENDPOINT_URL=http://127.0.0.1:$(CLOUD_PORT) AWS_DEFAULT_REGION=ap-southeast-1 \
	AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

.PHONY: help run dev job code assets test test-browser check bench screenshots deploy organisation restore clean app cloud tools checkov package

help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | \
		while IFS='|' read -r target words; do printf 'make %-14s %s\n' "$$target" "$$words"; done

run: package cloud ## serve the deployed site on this machine (PORT=, CLOUD_PORT=, STATE_DIR=, RATE_LIMIT_PER_MINUTE=)
	@exec $(CLOUD) -m tools.local_cloud

dev: package cloud ## the same, and deploy again at each change of a source
	@RELOAD=1 exec $(CLOUD) -m tools.local_cloud

job: app ## run a job of the running site now: NAME=nightly_deadlines, AT=2026-12-10T02:00+07:00
	@NAME="$(NAME)" AT="$(AT)" $(LOCAL_AWS) exec $(APP) -m tools.job

code: app ## print a one-time code to sign in with: SECRET= is the last word of a SIGNIN line
	@SECRET="$(SECRET)" exec $(APP) -m tools.accounts

assets: app ## build stylesheets, typeface, compiled templates and translations
	@$(APP) -m tools.assets

test: package cloud ## run the whole test suite but the browser's
	@exec $(APP) -m pytest -m "not browser"

test-browser: package cloud ## run the tests in a real Chromium
	@exec $(APP) -m pytest -m browser

check: package tools checkov ## format, lint, types, imports, translations, template, policies, libraries
	@exec $(APP) -m tools.check

bench: package cloud ## measure calls, CPU, cold start, throughput, the night's reads, cost; write bench/results.json
	@exec $(APP) -m bench

screenshots: package cloud ## take the README's pictures anew, of a cloud of their own
	@exec $(APP) -m tools.screenshots

deploy: assets ## deploy to AWS: STAGE=prod, DOMAIN=, MAIL_SENDER=, ALARMS_TO= and others (docs/operations.md)
	@exec $(APP) -m tools.deploy

organisation: app ## let an organisation begin on AWS, or take its next plan: STAGE=prod, PLAN=, a first time ADMIN=, NAME=, EMAIL=
	@exec $(APP) -m tools.organisation

restore: app ## bring a table on AWS back to an instant: STAGE=prod, TABLE=RecordsTable, FROM= (docs/operations.md)
	@exec $(APP) -m tools.restore

clean: ## remove what was built, and the environments; the local cloud's state stays
	rm -rf build .venvs node_modules .chalice/deployments chalicelib/web/compiled chalicelib/web/assets \
		chalicelib/adapters/holidays.json bench/results.json

# Steps of the above; each does nothing where nothing changed.
app:
	@$(ENVIRONMENT) app requirements.txt $(LAYERS) requirements-dev.txt
cloud:
	@$(ENVIRONMENT) cloud requirements-cloud.txt
tools:
	@$(ENVIRONMENT) tools requirements-tools.txt
checkov:
	@$(ENVIRONMENT) checkov requirements-checkov.txt
package: assets
	@$(APP) -m tools.package dev
