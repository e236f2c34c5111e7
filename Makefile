# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

ifeq ($(filter oneshell,$(.FEATURES)),)
$(error GNU Make 4 is needed; on macOS: brew install make, then gmake)
endif

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BUILD := $(CURDIR)/.build
COPY := $(BUILD)/collections/ansible_collections/genesys/hybrid
PORT ?= 8080
PYTHON ?=
JOBS ?= 2
ARGUMENTS ?=

# Nothing of the caller's own Ansible, test or account settings may reach a gate: with them a test could talk to a real organisation.
$(foreach name,$(filter ANSIBLE_% GENESYSCLOUD_% CFGSERVER_% PYTEST_% PYTHONPATH PYTHONHOME GIT_%,$(.VARIABLES)),$(eval unexport $(name)))
comma := ,
export NO_PROXY := 127.0.0.1,localhost,::1$(addprefix $(comma),$(or $(NO_PROXY),$(no_proxy)))
export no_proxy := $(NO_PROXY)
export PIP_NO_INPUT := 1
export PYTHON

find_python = tests/tools/find_python.sh
environment = "$$python" tests/tools/make_environment.py
main_python = $(BUILD)/venv/main/bin/python
gate = @tests/tools/gate.sh $(@:gate-%=%)
pytest = python -m pytest --timeout 600

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "Variables: PYTHON=/path/to/python3 (else the newest found), PORT=8080 (sandbox; 0 picks a free one), JOBS=2 (gates at once), ARGUMENTS=-vvv (for demo and benchmarks)."

# -- Environments -------------------------------------------------------------------------------------------------------------------

.PHONY: environment-main environment-lint environment-contract environment-floor environment-awx
environment-main:
	@python=$$($(find_python) 3.13 3.12 3.11 3.14)
	$(environment) $(BUILD)/venv/main tests/requirements.txt
	$(main_python) tests/tools/collection_tree.py link

environment-lint:
	@python=$$($(find_python) 3.13 3.12 3.11 3.14)
	$(environment) $(BUILD)/venv/lint tests/requirements-lint.txt

environment-contract:
	@python=$$($(find_python) 3.13 3.12 3.11 3.14)
	$(environment) $(BUILD)/venv/contract tests/requirements-contract.txt
	# When npm fails, that is the contract gate's to say: the other gates shall run nevertheless.
	cd tests && $(BUILD)/venv/contract/bin/python -m tools.install_javascript_sdk $(BUILD)/javascript || true

environment-awx: environment-main
	# When pip fails, that is the gate's to say that needs it.
	@$(main_python) tests/tools/unpack_awx.py tests/requirements-awx.txt $(BUILD)/awx || true

# The oldest supported ansible-core does not run on every Python; without a fitting one the gates on it are left out, which
# the summary says loudly.
environment-floor:
	@if python=$$(PYTHON= $(find_python) 3.12 3.11 3.10 2>/dev/null); then
		$(environment) $(BUILD)/venv/floor tests/requirements-floor.txt
	else
		rm -rf $(BUILD)/venv/floor
	fi

.PHONY: home
home: environment-main environment-floor
	@$(main_python) tests/tools/prepare_home.py $(BUILD)/home
	if [[ -d $(BUILD)/venv/floor ]]; then $(BUILD)/venv/floor/bin/python tests/tools/prepare_home.py $(BUILD)/home; fi

# -- Gates --------------------------------------------------------------------------------------------------------------------------

FLOOR := $(wildcard $(BUILD)/venv/floor/requirements.sha256)
CHECK_GATES := format lint unit
# In the order of their duration, the longest first, so that two at a time finish together.
GATES := playbooks promises $(if $(FLOOR),playbooks-floor sanity-floor) sanity network unit $(if $(FLOOR),unit-floor) sandbox contract package importer \
	ansible-lint types docs ansible-doc $(if $(FLOOR),ansible-doc-floor) execution-environment format lint changelog

.PHONY: $(addprefix gate-,$(GATES) playbooks-floor sanity-floor unit-floor ansible-doc-floor)

gate-format:
	$(gate) lint . ruff format --check .

gate-lint:
	$(gate) lint . ruff check .

gate-types:
	$(gate) lint . tests/tools/check_types.sh

# Three processes, because their tests often wait for a sandbox.
gate-unit:
	$(gate) main . $(pytest) -n 3 tests/unit --ignore tests/unit/sandbox

gate-unit-floor:
	$(gate) floor . $(pytest) -n 3 tests/unit --ignore tests/unit/sandbox

# The sandbox does not know Ansible.
gate-sandbox:
	$(gate) main . $(pytest) -n 3 tests/unit/sandbox

gate-contract:
	$(gate) contract . $(pytest) tests/contract

gate-playbooks:
	$(gate) main . $(pytest) -n 2 tests/playbooks

gate-playbooks-floor:
	$(gate) floor . $(pytest) -n 2 tests/playbooks

gate-network:
	$(gate) main . $(pytest) tests/network

gate-promises:
	@SHOWN=30 tests/tools/gate.sh promises main . $(pytest) -n 2 tests/promises

gate-ansible-lint:
	$(gate) lint $(COPY) ansible-lint --offline --profile production

gate-docs:
	$(gate) lint $(COPY) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs self --check-extra-docs-refs .

gate-changelog:
	$(gate) lint $(COPY) antsibull-changelog lint

gate-ansible-doc:
	$(gate) main . python tests/tools/check_documentation.py $(COPY)

gate-ansible-doc-floor:
	$(gate) floor . python tests/tools/check_documentation.py $(COPY)

gate-sanity:
	$(gate) main . tests/tools/sanity.sh

gate-sanity-floor:
	$(gate) floor . tests/tools/sanity.sh

gate-package:
	$(gate) main . tests/tools/package.sh

gate-importer: gate-package
	$(gate) lint . tests/tools/import_package.sh

gate-execution-environment:
	$(gate) lint . python tests/tools/check_execution_environment.py $(BUILD)/collections

# -- What people call ---------------------------------------------------------------------------------------------------------------

# A make of its own for the parallel part: with --keep-going every gate has its say, and the summary decides.
again = MAKEFLAGS= $(MAKE) --no-print-directory
run_gates = $(again) --jobs=$(JOBS) --output-sync=target --keep-going

.PHONY: test
test: ## Everything: environments, all gates on the newest and the oldest supported ansible-core.
	@$(run_gates) PYTHON='$(PYTHON)' home environment-lint environment-contract environment-awx
	rm -rf $(BUILD)/results && mkdir -p $(BUILD)/results
	$(main_python) tests/tools/collection_tree.py copy $(BUILD)/collections
	tests/tools/cores.sh
	tests/tools/system_packages.sh
	$(again) JOBS='$(JOBS)' all-gates

.PHONY: all-gates
all-gates:
	@$(run_gates) $(addprefix gate-,$(GATES)) || true
	tests/tools/summary.sh $(GATES)

.PHONY: check
check: environment-main environment-lint ## Format, lint and unit tests: the quick check while developing.
	@rm -f $(addprefix $(BUILD)/results/,not-seen $(addsuffix .outcome,$(CHECK_GATES)))
	$(run_gates) $(addprefix gate-,$(CHECK_GATES)) || true
	tests/tools/summary.sh $(CHECK_GATES)

.PHONY: sanity
sanity: home environment-lint ## ansible-test sanity on both ansible-core versions.
	@mkdir -p $(BUILD)/results && rm -f $(BUILD)/results/not-seen $(BUILD)/results/sanity*.outcome
	$(again) JOBS='$(JOBS)' sanity-gates

.PHONY: sanity-gates
sanity-gates:
	@$(run_gates) $(addprefix gate-,$(filter sanity%,$(GATES))) || true
	tests/tools/cores.sh
	tests/tools/summary.sh $(filter sanity%,$(GATES))

.PHONY: soak
soak: home ## The long versions of the tests of the promises, and every integration target both ways.
	@PROMISES=soak SHOWN=30 tests/tools/gate.sh promises main . python -m pytest -n $(JOBS) tests/promises tests/playbooks/test_targets.py

.PHONY: format
format: environment-lint ## Format the Python files in place.
	@$(BUILD)/venv/lint/bin/ruff format . && $(BUILD)/venv/lint/bin/ruff check --fix .

.PHONY: demo
demo: environment-main ## Provision two hybrid integrations into a local sandbox, start to end.
	@PATH="$(BUILD)/venv/main/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$(BUILD)/source" PYTHONPATH=tests $(main_python) -m demo

.PHONY: benchmarks
benchmarks: environment-main ## Measure the collection and write docs/performance.md: make benchmarks ARGUMENTS="clients --largest 100".
	@PATH="$(BUILD)/venv/main/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$(BUILD)/source" PYTHONPATH=tests $(main_python) -m benchmarks $(ARGUMENTS)

.PHONY: sandbox
sandbox: environment-main ## Run the local PureCloud and Configuration Server in the foreground: make sandbox PORT=8080.
	@cd tests && exec $(main_python) -m sandbox --port $(PORT)

.PHONY: build
build: environment-main ## Build the collection's tarball into .build/package.
	@$(main_python) tests/tools/collection_tree.py copy $(BUILD)/collections
	mkdir -p $(BUILD)/home && touch $(BUILD)/home/ansible.cfg
	tests/tools/gate.sh package main . tests/tools/package.sh

.PHONY: clean
clean: ## Remove everything that make made.
	@rm -rf $(BUILD)
