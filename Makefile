# The commands of the project. Each sets up .venv first where it is missing or out of date.
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
	2>/dev/null && echo $$p && break; done)
VENV = .venv
# A second one, for what needs no azureml-core: the monitor with RUN_READER=rest.
PYTHON_313 ?= $(shell for p in python3.13 $$HOME/.pyenv/versions/3.13*/bin/python3.13; do $$p -c pass 2>/dev/null && echo $$p && break; done)
VENV_313 = .venv-3.13
TESTS_313 = tests/src tests/test_requirements.py $(patsubst %,tests/end_to_end/test_%.py,opening events)
REQUIREMENTS = src/requirements.txt local_azure/requirements.txt devops_pipelines/requirements.txt tests/requirements.txt
# Microsoft's own parsers of Kusto and of Azure Pipelines, and an auditor of pages, for the tests.
NODE_PACKAGES = tests/queries/kusto_parser tests/devops_pipelines/language_service tests/dashboard/axe
# A process more than most machines of continuous integration have cores: some tests wait. Long files come first.
PROCESSES = --numprocesses 3 --dist loadfile --no-loadscope-reorder
# The linter of the page's JavaScript, where npm is there.
ESLINT = tests/dashboard/eslint
HAS_NPM = $(shell command -v npm)
WORKER = local_azure/worker_requirements
INFERENCE = local_azure/machine_learning/online_endpoints/server_requirements
# One file for every system and both versions of Python; certificates are the system's.
# Extras stand beside the pins: pip takes a newer version of a package whose extra is asked for and not pinned.
COMPILE = UV_SYSTEM_CERTS=1 $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --annotation-style line \
	--no-strip-extras --custom-compile-command "make lock" $(if $(upgrade),--upgrade)
PIP_INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help demo up dashboard pictures bench soak leaks test test-3.13 lint lock audit inference azcli clean

help: ## show this list
	@sed -n 's/^\([a-z0-9.-]*\):.*## /\1	/p' Makefile

demo: $(VENV)/ready ## run a working week of pipelines through the function and show what was recorded
	@$(VENV)/bin/python -m local_azure demo

up: $(VENV)/ready ## keep the local Azure running until Ctrl-C, and print its endpoints
	@$(VENV)/bin/python -m local_azure up

dashboard: $(VENV)/ready ## look at recorded runs in the browser (source="--app-id ID" or another one; else those of `make up`)
	@$(VENV)/bin/python -m dashboard $(source)

pictures: $(VENV)/ready ## draw the pictures of the queries' answers that docs/queries.md shows
	@$(VENV)/bin/python -m dashboard.pictures

bench: $(VENV)/ready ## measure the function next to a naive one and to the limit, the queries over 100,000 and a million runs, and redaction
	@missed=0; \
	$(VENV)/bin/python -m tests.benchmarks.bench || missed=1; \
	$(VENV)/bin/python -m tests.benchmarks.store || missed=1; \
	PYTHONPATH=src $(VENV)/bin/python -m tests.benchmarks.redaction || missed=1; \
	exit $$missed

soak: $(VENV)/ready ## record 5,000 events while a tenth of all requests fails and the worker is killed ten times (workers=3: 20,000)
	@$(VENV)/bin/python -m tests.benchmarks.soak $(if $(workers),--workers $(workers))

leaks: $(VENV)/ready ## plant secrets of every known kind wherever text can be, and tell how many redaction hides
	@PYTHONPATH=src $(VENV)/bin/python -m tests.src.redaction.corpus.leaks

test: lint $(NODE_PACKAGES:=/node_modules/ready) ## run the linters and the whole test suite
	$(VENV)/bin/python -m pytest $(PROCESSES)

test-3.13: $(VENV_313)/ready ## run the tests that need no azureml-core on Python 3.13, which cannot import it
	$(VENV_313)/bin/python -m pytest $(PROCESSES) $(TESTS_313)

lint: $(VENV)/ready $(if $(HAS_NPM),$(ESLINT)/node_modules/ready) ## run flake8, mypy in strict mode, ShellCheck, and eslint on the page
	$(VENV)/bin/python -m mypy & types=$$!; $(VENV)/bin/python -m flake8; style=$$?; wait $$types && exit $$style
	$(VENV)/bin/python -m tests.devops_pipelines.shell_scripts
	$(if $(HAS_NPM),$(ESLINT)/node_modules/.bin/eslint --config $(ESLINT)/eslint.config.js dashboard/static tests,@echo \
	"npm is missing: eslint is skipped"; test -z "$$CI_REQUIRES_ALL_TESTS")

lock: $(VENV)/ready ## compile every requirements.txt from its requirements.in (upgrade=1: to the newest that it allows)
	@for file in $(REQUIREMENTS:.txt=); do \
	$(COMPILE) --python-version 3.11 $$file.in --output-file $$file.txt || exit 1; done
	@$(COMPILE) --python-version 3.13 --no-deps $(WORKER).in --output-file $(WORKER).txt
	@$(COMPILE) --python-version 3.11 $(INFERENCE).in --output-file $(INFERENCE).txt

audit: $(VENV)/ready ## look up whether advisories are known for what is deployed
	@UV_SYSTEM_CERTS=1 $(VENV)/bin/uv tool run pip-audit==2.10.1 --disable-pip --require-hashes \
	--requirement src/requirements.txt

inference: $(VENV)/ready ## make the environment in which the local Azure's deployments run, two minutes, once
	@$(VENV)/bin/python -m local_azure prepare

azcli: .azcli/ready ## install the Azure CLI, by whose parser the tests check every az command

clean: ## remove the virtual environment and everything the commands wrote
	rm -rf $(VENV) $(VENV_313) .azcli $(addsuffix /node_modules,$(NODE_PACKAGES) $(ESLINT)) .local_azure .mypy_cache .pytest_cache .hypothesis

%/node_modules/ready: %/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix $* --silent --no-audit --no-fund && touch $@; \
	else echo "npm is missing: what needs $* is skipped"; fi

.azcli/ready: tests/devops_pipelines/azure_cli/requirements.txt
	@"$(PYTHON)" -m venv --clear .azcli
	@.azcli/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)/ready: $(REQUIREMENTS) $(WORKER).txt Makefile
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed (azureml-core has no other); none was found: make PYTHON=/path/to/python"; exit 2; }
	@echo "setting up $(VENV) with $(PYTHON): takes a minute"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(PIP_INSTALL) $(foreach file,$(REQUIREMENTS),-r $(file))
	@$(PIP_INSTALL) --no-deps --ignore-requires-python -r $(WORKER).txt
	@touch $@

$(VENV_313)/ready: $(REQUIREMENTS) $(WORKER).txt Makefile
	@test -n "$(PYTHON_313)" || { echo "Python 3.13 was not found: make test-3.13 PYTHON_313=/path/to/python3.13"; exit 2; }
	@echo "setting up $(VENV_313) with $(PYTHON_313): takes a minute"
	@"$(PYTHON_313)" -m venv --clear $(VENV_313)
	@$(subst $(VENV)/,$(VENV_313)/,$(PIP_INSTALL)) $(foreach file,$(REQUIREMENTS),-r $(file))
	@$(subst $(VENV)/,$(VENV_313)/,$(PIP_INSTALL)) --no-deps -r $(WORKER).txt
	@touch $@
