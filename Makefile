# Every target works from a clean clone. What is built is kept in ~/.cache/chatapp (or $XDG_CACHE_HOME/chatapp).
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up url kubeconfig status logs doctor down clean check test test-unit test-integration test-browser test-e2e bench

CLUSTER ?= chatapp

# Node 24 and the tools come from npm: package.json pins them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
modules := node_modules/.package-lock.json
bed := node test/testbed/cli.ts
options := --cluster $(CLUSTER) $(if $(PORT),--port $(PORT)) $(if $(MODEL),--model $(MODEL))

help:
	@echo 'make up                a cluster with a chat in it; ends with its URL'
	@echo 'make down              remove it'
	@echo 'make url               print the URL of the chat'
	@echo 'make kubeconfig        print the path of the kubeconfig:  export KUBECONFIG=$$(make kubeconfig)'
	@echo 'make status            show chats and pods'
	@echo 'make logs              show what operator and backends say (FOLLOW=1: go on)'
	@echo 'make doctor            say what this machine lacks'
	@echo 'make clean             free what was built and cached (YES=1: without asking)'
	@echo
	@echo 'make check             types, lint, format, generated files'
	@echo 'make test              check and all tests; the last line is their sum'
	@echo 'make test-unit         tests without anything else'
	@echo 'make test-integration  tests with a real API server, Redis and Ollama'
	@echo 'make test-browser      tests in Chromium'
	@echo 'make test-e2e          tests on a kind cluster of their own'
	@echo 'make bench             measurements'
	@echo
	@echo 'CLUSTER=chatapp PORT=8080 MODEL=... name another cluster, port or model.'
	@echo 'LANES=2 says how many parts of the tests run side by side.'
	@echo 'CHATAPP_REGISTRY=yes|no says whether images are pulled or made here (else it is tried).'

$(modules): package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js, which brings it (https://nodejs.org).' >&2; exit 1; }
	npm ci --loglevel=error
	@touch $@

up down status: $(modules)
	@$(bed) $@ $(options)

# Print one line and nothing else.
url kubeconfig: $(modules)
	@$(bed) $@ $(options)

logs: $(modules)
	@$(bed) logs $(options) $(if $(FOLLOW),--follow)

doctor: $(modules)
	@$(bed) doctor $(options)

clean: $(modules)
	@$(bed) clean $(if $(YES),--yes)

check: $(modules)
	@node test/testbed/run-suites.ts check

test: $(modules)
	@node test/testbed/run-suites.ts

test-unit test-integration test-browser test-e2e: $(modules)
	@node test/testbed/run-suites.ts $(@:test-%=%)

bench: $(modules)
	@node test/bench/main.ts
