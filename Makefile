# Every target makes its own .venv from requirements.lock; all it takes is Python 3.11 or newer, pip and make.
# PYTHON=/path/to/python chooses the Python that .venv is made with. ARGS="…" is handed on to the command.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: demo test test-clients check bench bench-scale bench-page soak letters image run help lock protos baseline \
	check-lock check-style check-types check-protos check-texts check-frame

# What is compiled is kept: an environment may forbid it, as those of images do, and each process would compile anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
STAMP := .venv/.installed
UV := uv==0.13.9
PYPROJECTS := $(wildcard protos/pyproject.toml service/pyproject.toml plugins/*/pyproject.toml \
	carriers/*/pyproject.toml clients/*/pyproject.toml)
SIZES ?= 10000 1000000
MEMBERS := $(patsubst %/pyproject.toml,%,$(PYPROJECTS))
TYPED := $(wildcard service/sendback_* plugins/*/sendback_* carriers/*/sendback_* clients/*/sendback_*) \
	$(wildcard protos/*.py) .ci/requirements.py $(wildcard tests/test_frame_*.py)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

demo: $(STAMP) ## play whole returns on a real server; the results are left in build/demo/
	@$(BIN)/sendback demo $(ARGS)

test: $(STAMP) ## run every test but those of the frame, which are check's (ARGS="-k window" for some)
	@$(BIN)/python -m pytest -n 4 --dist loadgroup --ignore-glob='tests/test_frame_*.py' $(ARGS)

check: check-lock check-style check-types check-protos check-texts check-frame ## check style, types, stubs, lock, texts, arrows

check-lock: $(STAMP)
	@echo "── the lock covers what members declare"; $(BIN)/python .ci/requirements.py --check
check-style: $(STAMP)
	@echo "── style"; $(BIN)/ruff check --output-format concise && $(BIN)/ruff format --check
check-types: $(STAMP)
	@echo "── types"; $(BIN)/mypy $(TYPED)
check-protos: $(STAMP)
	@echo "── the API: stubs, style, compatibility"; $(BIN)/python protos/generate.py --check
	@echo "── the API: its reference, stubs of other languages"; $(BIN)/python protos/reference.py --check && \
		$(BIN)/python protos/languages.py --check
check-texts: $(STAMP)
	@echo "── texts in every language"; $(BIN)/python -m sendback_service.text --check && $(BIN)/python -m sendback_web.catalogues --check
check-frame: $(STAMP)
	@echo "── import arrows, files, and that the checks can fail"; $(BIN)/python -m pytest -q -n 2 tests/test_frame_*.py

test-clients: $(STAMP) ## what every client must do, in a table: languages × scenarios
	@$(BIN)/python -m tests.clients $(ARGS)

bench: $(STAMP) ## measure the service beside an echo of the same bytes (ARGS=--quick to see that it runs)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

bench-scale: $(STAMP) ## what a thousand and a million times as many returns cost (SIZES="10000 1000000 10000000")
	@$(BIN)/python -m tests.benchmarks --scale $(SIZES) $(ARGS)

bench-page: $(STAMP) ## write the tables of build/bench.json into service/docs/speed.md, and the picture beside it
	@$(BIN)/python -m tests.benchmarks --page service/docs/speed.md

soak: $(STAMP) ## lead lives while processes are killed, then count (ARGS="--seconds 600 --seed 7")
	@$(BIN)/python -m tests.soak $(ARGS)

letters: $(STAMP) ## draw every letter in every language as phones and desktops show it, into build/letters/ (Chromium)
	@$(BIN)/python -m tests.letters $(ARGS)

image: $(STAMP) ## build what docker/ puts into its image, in an empty folder, and serve with it
	@$(BIN)/python -m tests.image

run: $(STAMP) ## run everything here, with demo data: service, portal and console, a mail catcher (ARGS="--port 8090")
	@$(BIN)/python -m sendback_web demo $(ARGS)

help: ## list the targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

protos: $(STAMP) ## write stubs, reference and descriptor sets of the API after a proto file has changed
	@$(BIN)/python protos/generate.py
	@$(BIN)/python protos/reference.py
	@$(BIN)/python protos/languages.py

baseline: $(STAMP) ## make the present API the one that later changes may not break
	@$(BIN)/python protos/generate.py --baseline

lock: $(BIN)/python ## renew requirements.lock (ARGS=--upgrade takes the newest of everything)
	@$(PIP) install "$(UV)"
	@$(BIN)/python .ci/requirements.py | $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		--output-file requirements.lock $(ARGS)
	@echo "requirements.lock: $$(grep -c '==' requirements.lock) packages"

$(STAMP): requirements.lock $(PYPROJECTS) | $(BIN)/python
	@echo "installing $$(grep -c '^[a-z].*==' requirements.lock) packages into .venv (a minute or two, once) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@echo "installing $(words $(MEMBERS)) members: $(MEMBERS)"
	@$(PIP) install --no-deps --no-build-isolation $(addprefix -e ./,$(MEMBERS))
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
		python=; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed and was not found; install it, or name it:" \
		"make PYTHON=/path/to/python3.11 …" >&2; exit 1; fi; \
	echo "making .venv with $$("$$python" --version)"; \
	if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then "$$python" -m venv --clear .venv; \
	elif "$$python" -c 'import venv, pip' 2>/dev/null; then "$$python" -m venv --clear --without-pip .venv && \
		"$$python" -m pip --disable-pip-version-check --quiet --python .venv/bin/python install pip; \
	else echo "$$python lacks pip and venv; install them (on Debian: apt install python3-venv)" >&2; exit 1; fi
