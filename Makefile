# Two commands matter: `make run` and `make test`. README.md says what they do.

cache := $(HOME)/.cache/bwenge

# Absolute, because some steps run in another folder.
export CARGO_TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),$(cache)/target))
export BWENGE_MODELS_DIR := $(abspath $(or $(BWENGE_MODELS_DIR),$(cache)/models))
export BWENGE_TOOLS_DIR := $(abspath $(or $(BWENGE_TOOLS_DIR),$(cache)/tools))
export CARGO_NET_RETRY ?= 5
export PATH := $(BWENGE_TOOLS_DIR)/bin:$(HOME)/.cargo/bin:$(PATH)

# Which models to fetch; tests get by with the small ones.
PACK ?= $(if $(filter test,$(MAKECMDGOALS)),starter,school)

BWENGE_DATA_DIR ?= $(HOME)/.local/share/bwenge
BWENGE_LISTEN ?= 0.0.0.0:8080
# Only `serve` gets these two, as flags: a test must not find a real box's data.
unexport BWENGE_DATA_DIR BWENGE_LISTEN

binary := $(CARGO_TARGET_DIR)/release/bwenge

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Steps run in the order written: each has its own parallelism.
.NOTPARALLEL:
.PHONY: help run test where fmt fmt-check lint deny web web-check build models rust-test isolation-test kill-test cut-test people-cut-test mutation-test fuzz \
	openai-test schema-test e2e bench-box bench-class bench-people bench-lessons clean bootstrap-run bootstrap-test bootstrap-bench

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: bootstrap-run build models ## Build and start a box (PACK=school, BWENGE_LISTEN, BWENGE_DATA_DIR)
	@mkdir -p "$(BWENGE_DATA_DIR)"
	@exec "$(binary)" serve --data-dir "$(BWENGE_DATA_DIR)" --listen "$(BWENGE_LISTEN)"

test: bootstrap-test fmt-check deny web-check lint build models rust-test openai-test schema-test e2e ## Check and test everything (PACK=starter)
	@echo "== all checks and tests passed"

where: ## Print the path of the built binary
	@echo "$(binary)"

build: web ## Build the web app and the binary
	@echo "== building the binary"
	@cargo build --release --locked

models: build ## Fetch and verify a pack of models (PACK=starter|school|school-plus)
	@echo "== models: $(PACK), in $(BWENGE_MODELS_DIR)"
	@"$(binary)" models pull "$(PACK)" --models-dir "$(BWENGE_MODELS_DIR)"

web: bootstrap-run ## Build the web app
	@packaging/web.sh build

fmt: ## Format everything
	cargo fmt
	packaging/web.sh deps
	cd web && npm run --silent format

lint: bootstrap-test web ## Run clippy; warnings are errors
	@echo "== clippy"
	@cargo clippy --release --locked --all-targets -- -D warnings

fmt-check:
	@echo "== rustfmt"
	@cargo fmt --check

deny: bootstrap-test ## Check licences, sources and known vulnerabilities of dependencies
	@echo "== dependencies"
	@packaging/deny.sh

web-check: web ## Check the web app: format, types, lint, unit tests
	@echo "== web app"
	@cd web && npm run --silent check

rust-test: build ## Run the Rust tests
	@"$(binary)" models pull starter multilingual-e5-small-q4 whisper-base --models-dir "$(BWENGE_MODELS_DIR)"
	@echo "== Rust tests"
	@cargo test --release --locked

isolation-test: build ## Look at random schools 100,000 times as their people (CASES=100000)
	@echo "== schools and classes are apart"
	@BWENGE_CASES=$(or $(CASES),100000) cargo test --release --locked --test it contract::isolation -- --nocapture

kill-test: build ## Kill the language worker 200 times under load (KILLS=200)
	@"$(binary)" models pull starter --models-dir "$(BWENGE_MODELS_DIR)"
	@echo "== the language worker dies"
	@BWENGE_FIGURES=1 BWENGE_KILLS=$(or $(KILLS),200) cargo test --release --locked --test it faults::kills -- --nocapture

cut-test: build ## Cut the power 200 times while lessons are read (CUTS=200)
	@"$(binary)" models pull starter --models-dir "$(BWENGE_MODELS_DIR)"
	@echo "== the power fails"
	@BWENGE_FIGURES=1 BWENGE_CUTS=$(or $(CUTS),200) cargo test --release --locked --test it faults::cuts -- --nocapture

people-cut-test: build ## End boxes 200 times by power cuts and 200 times by kills while people are busy (CUTS=200 KILLS=200)
	@echo "== the power fails while people are busy"
	@BWENGE_FIGURES=1 BWENGE_CUTS=$(or $(CUTS),200) BWENGE_KILLS=$(or $(KILLS),200) \
		cargo test --release --locked --test it faults::people -- --nocapture --test-threads 1

mutation-test: ## Read 10,000 damaged files of each format (MUTATIONS=10000)
	@echo "== damaged files"
	@BWENGE_MUTATIONS=$(or $(MUTATIONS),10000) cargo test --release --locked --test it -- extract::mutations recordings::decoding

# The targets are the names in fuzz/targets/; a file that makes one fail is kept.
fuzz: bootstrap-run ## Feed the parsers changed files (target=pdf seconds=60)
	@echo "== fuzzing"
	@packaging/fuzz.sh "$(or $(seconds),60)" $(target)

# Python's packages live in virtual environments, made anew when their pins change.
define pinned
@cmp --silent $(2) "$(1)/pins" || { \
	rm -rf "$(1)"; \
	python3 -m venv "$(1)"; \
	"$(1)/bin/python" -m pip install --quiet --disable-pip-version-check \
		--only-binary=:all: --require-hashes --requirement $(2); \
	cp $(2) "$(1)/pins"; \
}
endef

openai-test: bootstrap-test build ## Drive the built binary with the official OpenAI client
	@"$(binary)" models pull starter --models-dir "$(BWENGE_MODELS_DIR)"
	$(call pinned,$(cache)/openai,tests/openai/requirements.txt)
	@echo "== OpenAI client"
	@"$(cache)/openai/bin/python" tests/openai/client.py "$(binary)"

schema-test: bootstrap-test build ## Ask the built binary for everything its OpenAPI document knows
	@"$(binary)" models pull starter --models-dir "$(BWENGE_MODELS_DIR)"
	$(call pinned,$(cache)/schema,tests/schema/requirements.txt)
	@echo "== OpenAPI document (about 3 minutes)"
	@"$(cache)/schema/bin/python" tests/schema/check.py "$(binary)"

# Debian has Chromium; elsewhere Playwright fetches its own.
e2e: export BWENGE_BIN := $(binary)
# The models of the starter pack, though the cache may hold better ones.
e2e: export BWENGE_LLM := smollm2-135m-instruct-q4_1
e2e: export BWENGE_EMBED := all-minilm-l6-v2
e2e: export BWENGE_ASR := whisper-tiny-en
e2e: export CHROMIUM ?= $(shell command -v chromium || command -v google-chrome)
e2e: bootstrap-test build ## Run the browser journeys against the built binary
	@echo "== browser journeys"
	@cd web; if [ -z "$$CHROMIUM" ]; then \
		npx playwright install --with-deps chromium; \
		CHROMIUM=$$(node -p 'require("@playwright/test").chromium.executablePath()'); \
	fi; npm run --silent e2e

bench_env := $(cache)/bench

# The models of the school pack, though the cache may hold better ones.
bench-box: export BWENGE_BIN := $(binary)
bench-box: export BWENGE_LLM := qwen2.5-coder-0.5b-instruct-q4_k_m
bench-box: export BWENGE_EMBED := multilingual-e5-small-q4
bench-box: export BWENGE_ASR := whisper-base
bench-box: bootstrap-bench build models ## Measure one box; writes benches/box/RESULTS.md
	@[ -x "$(bench_env)/bin/pip" ] || python3 -m venv "$(bench_env)"
	@"$(bench_env)/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
		--only-binary=:all: --requirement benches/common/requirements.txt
	@echo "== figures of one box (about 6 minutes)"
	@"$(bench_env)/bin/python" -B -m benches.box

bench-class: export BWENGE_BIN := $(binary)
bench-class: export BWENGE_EMBED := multilingual-e5-small-q4
bench-class: export BWENGE_ASR := whisper-base
bench-class: bootstrap-bench build ## Measure a class beside llama-server; writes benches/class/RESULTS.md
	@"$(binary)" models pull school qwen2.5-coder-1.5b-instruct-q4_k_m --models-dir "$(BWENGE_MODELS_DIR)"
	@[ -x "$(bench_env)/bin/pip" ] || python3 -m venv "$(bench_env)"
	@"$(bench_env)/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
		--only-binary=:all: --requirement benches/common/requirements.txt \
		--requirement benches/class/requirements.txt
	@echo "== figures of a class (hours; ARGS=\"--rows 1 --runs 1\" for less)"
	@"$(bench_env)/bin/python" -B -m benches.class $(ARGS)

# Only row 4 asks a language model.
bench-people: export BWENGE_BIN := $(binary)
bench-people: export BWENGE_BARE := $(CARGO_TARGET_DIR)/release/examples/bare
bench-people: export BWENGE_LLM := qwen2.5-coder-0.5b-instruct-q4_k_m
bench-people: bootstrap-bench build ## Measure lists, sign-in and slow connections; writes benches/people/RESULTS.md
	@"$(binary)" models pull school --models-dir "$(BWENGE_MODELS_DIR)"
	@[ -x "$(bench_env)/bin/pip" ] || python3 -m venv "$(bench_env)"
	@"$(bench_env)/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
		--only-binary=:all: --requirement benches/common/requirements.txt
	@cargo build --release --locked --example bare
	@echo "== figures of people (about 12 minutes; ROWS=2,3 for some rows, RUNS=1 for less)"
	@"$(bench_env)/bin/python" -B -m benches.people $(if $(ROWS),--rows $(ROWS)) $(if $(RUNS),--runs $(RUNS))

# An environment of its own: its peers are many, and pinned to one Python.
lessons_env := $(cache)/bench-lessons

# Only row 10 asks a language model, another than this.
bench-lessons: export BWENGE_BIN := $(binary)
bench-lessons: export BWENGE_LLM := smollm2-135m-instruct-q4_1
bench-lessons: export BWENGE_ASR := whisper-base
bench-lessons: bootstrap-bench build ## Measure lessons beside other programs; writes benches/lessons/RESULTS.md
	@"$(binary)" models pull starter school whisper-base --models-dir "$(BWENGE_MODELS_DIR)"
	@[ -x "$(lessons_env)/bin/pip" ] || python3 -m venv "$(lessons_env)"
	@"$(lessons_env)/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
		--only-binary=:all: --requirement benches/common/requirements.txt \
		--requirement benches/class/requirements.txt --requirement benches/lessons/requirements.txt
	@echo "== figures of lessons (an hour; ARGS=\"--rows 11 --runs 1\" for less)"
	@"$(lessons_env)/bin/python" -B -m benches.lessons $(ARGS)

clean: ## Remove what was built here; fetched models and tools stay in the cache
	rm -rf web/build web/.svelte-kit web/node_modules web/test-results
	cargo clean --release -p bwenge
	@echo "Still there: $(cache) (models, tools, compiled dependencies)."

bootstrap-run:
	@packaging/bootstrap.sh run

bootstrap-test:
	@packaging/bootstrap.sh test

bootstrap-bench:
	@packaging/bootstrap.sh bench
