# Cuntu: the targets that a user and an engineer need. `make` lists them.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# sudo drops the directory that Go's own installer puts the go command in.
export PATH := $(PATH):/usr/local/go/bin

DEMO := var/demo.gpkg
ADDR ?= 127.0.0.1:8080
BENCH ?= .
FUZZ  ?= .

APP          := web/app
NPM_PACKAGES := $(APP)/node_modules/.package-lock.json
APP_SOURCES  := $(shell find $(APP) \( -name node_modules -o -path $(APP)/e2e -o -path $(APP)/test -o -path $(APP)/bench \) -prune -o -print 2>/dev/null)

.PHONY: run
run: build $(DEMO) ## build everything, make the demo data once, show the map
	@exec bin/cuntu serve --store $(DEMO) --addr $(ADDR)

.PHONY: build
build: bin/cuntu ## build the web app and bin/cuntu

.PHONY: test
test: ## check everything, PostGIS and browser included; installs what is missing
	@.ci/check test

.PHONY: prove
prove: ## all of test and more: random suites in full, and every parser fuzzed for a while
	@.ci/check prove

.PHONY: test-bare
test-bare: ## test HEAD as on a machine that never built it: a fresh clone, and no cache
	@.ci/bare test

.PHONY: lint
lint: ## check only what needs no running: formatting, vet, staticcheck, types, ESLint
	@.ci/check lint

.PHONY: fmt
fmt: npm-packages ## format the code, and make anew what is made from it: the OpenAPI document, the app's types
	@go tool -modfile=.ci/tools/go.mod gofumpt -l -w $$(.ci/go-files)
	@go test ./web -run TestTheOpenAPIDocument -update
	@npm --prefix $(APP) run -s api
	@npm --prefix $(APP) run lint -- --fix

.PHONY: e2e
e2e: ## test only the built program in a browser
	@.ci/check e2e

.PHONY: pictures
pictures: build ## make the manual's pictures anew, from the built program over the demo
	@.ci/install
	@CUNTU_BIN=$(CURDIR)/bin/cuntu node $(APP)/manual/pictures.mjs

.PHONY: bench
bench: build ## measure against PostGIS and others, side by side (BENCH=pattern for some)
	@.ci/install bench
	@.ci/with-postgis .ci/bench '$(BENCH)'
	@if [ '$(BENCH)' = . ] || [ '$(BENCH)' = Page ]; then .ci/bench-page; fi

.PHONY: fuzz
fuzz: ## give every parser a minute of odd input (FUZZ=pattern for some, FUZZTIME=10m for longer)
	@.ci/fuzz '$(FUZZ)'

.PHONY: clean
clean: ## remove what was built, and the demo data
	@rm -rf bin var
	@find web/dist -mindepth 1 ! -name .gitkeep -delete

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: npm-packages
npm-packages: $(NPM_PACKAGES)

# npm writes this file last.
$(NPM_PACKAGES): $(APP)/package-lock.json
	@cd $(APP) && npm ci --no-audit --no-fund --prefer-offline
	@touch $@

.PHONY: web
web: web/dist/index.html

web/dist/index.html: $(NPM_PACKAGES) $(APP_SOURCES)
	@npm --prefix $(APP) run build
	@touch $@

# Always handed to go, which knows best what has changed.
.PHONY: bin/cuntu
bin/cuntu: web/dist/index.html
	@mkdir -p bin
	@version=$$(git describe --tags --always --dirty 2>/dev/null || echo dev); \
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$$version" -o bin/cuntu ./cmd/cuntu

# Made under another name, so that an interrupted run leaves nothing that looks finished. The rename takes one
# file only: what SQLite has not yet written back from its log would be lost.
$(DEMO): | bin/cuntu
	@mkdir -p $(@D)
	@rm -f $(@D)/unfinished.gpkg*
	@bin/cuntu demo --store $(@D)/unfinished.gpkg
	@if [ -s $(@D)/unfinished.gpkg-wal ]; then echo "cuntu demo left $(@D)/unfinished.gpkg-wal behind" >&2; exit 1; fi
	@rm -f $(@D)/unfinished.gpkg-*
	@mv $(@D)/unfinished.gpkg $@
