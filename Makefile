# make run    the product with demonstration data on http://localhost:8000
# make test   all tests            make verify   the long ones: faults, restore, conformance
# make conformance   ADL's official SCORM 2004 cases in Chromium; ADL_CTS=PATH names the program that plays them
# make load   afternoons with many people, in small, and a report in build/load; FULL=1: 7,000 people, some hours;
#             DB=sqlite or DB=postgresql: that one only; PEOPLE and SPEED (times as fast as people) choose a size
# make messages  collect new words of the pages into lms/translations, for translators
# make s3     what a store for objects needs (LMS_BLOBS_URL)
# make fonts  the fonts that certificates need, on Debian        make lock   pin the dependencies again
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The folder that holds the program adl_cts; ADL may name a full copy of ADL's suite, CASES some cases such as 'CM-*'.
ADL_CTS ?= $(wildcard ../shared/conformance)
ADL ?=
CASES ?= *

.PHONY: run test verify conformance setup s3 fonts lock lint load messages clean
.DEFAULT_GOAL := run

run: setup
	@exec $(BIN)/lms serve --demo

setup: $(VENV)/.installed $(VENV)/.translations

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed: install it, or name it with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python lacks its venv module: install the package python3-venv and run make again." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/.made
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.translations: $(wildcard lms/translations/*/LC_MESSAGES/*.po) | $(VENV)/.installed
	@if ls lms/translations/*/LC_MESSAGES/*.po >/dev/null 2>&1; then $(BIN)/pybabel --quiet compile -d lms/translations; fi
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

test: setup $(VENV)/.installed-dev
	@$(BIN)/python -m tests.machine
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

verify: setup $(VENV)/.installed-dev
	@$(BIN)/python -m tests.machine
	@$(BIN)/python -m pytest -n 2 --dist loadgroup tests/abuse tests/backup tests/faults tests/nodes tests/browser tests/simulator tests/growth -m verify
	@if test -d "$(ADL_CTS)/adl_cts"; then $(MAKE) --no-print-directory conformance; fi

conformance: setup $(VENV)/.installed-dev
	@test -d "$(ADL_CTS)/adl_cts" || { echo "Name the folder that holds adl_cts: make conformance ADL_CTS=PATH" >&2; exit 1; }
	@PYTHONPATH="$(ADL_CTS)" $(BIN)/python -m tests.conformance $(if $(ADL),--suite "$(ADL)",--decoded "$(ADL_CTS)/adl2004") --cases $(foreach case,$(CASES),'$(case)') --out build/conformance

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check . && $(BIN)/lint-imports

load: setup $(VENV)/.installed-dev
	@$(BIN)/python -m tests.load.afternoon $(if $(DB),--database $(DB)) $(if $(FULL),--full) $(if $(PEOPLE),--people $(PEOPLE)) $(if $(SPEED),--speed $(SPEED))

s3: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-s3.txt

fonts:
	@command -v apt-get >/dev/null || { echo "This is not Debian: put TTF or OTF Noto fonts into a folder and name it in LMS_FONTS_DIR." >&2; exit 1; }
	apt-get install -y --no-install-recommends fonts-noto-core fonts-noto-cjk

messages: $(VENV)/.installed
	@mkdir -p build
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k _l -k lazy_gettext --no-location --sort-output --omit-header -o build/messages.pot .
	@for po in lms/translations/*/LC_MESSAGES/messages.po; do sed '/^$$/q' $$po > $$po.head; done
	$(BIN)/pybabel --quiet update -i build/messages.pot -d lms/translations --no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap
	@for po in lms/translations/*/LC_MESSAGES/messages.po; do cat $$po >> $$po.head && mv $$po.head $$po; done

lock: $(VENV)/.made
	$(BIN)/python -m pip install --quiet uv
	@printf 'setuptools>=80\n' > $(VENV)/build.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml $(VENV)/build.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements-s3.in -o requirements-s3.txt

clean:
	rm -rf $(VENV) build *.egg-info
