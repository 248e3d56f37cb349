# The interpreter that makes .venv; by default the best one found.
PYTHON ?=
# cpu: PyTorch's CPU build; default: whatever pip finds (on Linux gigabytes of CUDA); none: no PyTorch.
TORCH ?= cpu
# Where everything is installed.
VENV ?= .venv
BIN := $(VENV)/bin
# Otter and nbgrader, in an environment of their own, for what runs them.
PLATFORMS ?= build/platforms-$(notdir $(VENV))
# What stands there once the course site can be made and tried in .venv.
SITE := $(VENV)/.site
# The oldest Python that is supported, for `make test-oldest`.
OLDEST ?= python3.10
# One assignment instead of all: make seeds ONLY=03_perceptron
ONLY ?=
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile -rs

# Each target's comment says roughly how many minutes it takes on two slow cores, environments aside, and what it does.

.PHONY: help setup demo quick test test-all test-platforms test-site test-oldest tests-of-every-python lint thorough golden \
        prove gaps \
        seeds libraries matrix figures mutants attacks fuzz stand-ins faults platforms parity strings release site upload-check \
        student-zip clean-root benchmark floor scale bench sandbox-cost compare clean

help:                                       ##  -  list the targets
	@awk -F ':.*##' '/^[a-z-]+:.*##/ { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.ready                       ## 2  set up .venv, and nothing more
	@echo "Ready: source $(BIN)/activate, and autograder is a command."

demo: $(VENV)/.ready                        ## 6  grade a sample class over every assignment; say where the report is
	$(BIN)/autograder demo

quick: $(VENV)/.ready                       ## 2  the unit tests, while you work
	$(PYTEST) -q -m "not slow and not platforms and not site and not chromium"

test: $(VENV)/.ready lint                   ## 9  linters, and every test that needs no other tool
	PLATFORMS= $(PYTEST)

test-all: test test-platforms test-site test-oldest  ## 20  what CI runs: test, test-platforms, test-site and test-oldest

test-platforms: $(VENV)/.ready $(PLATFORMS)/.ready  ## 3  the tests that need Otter and nbgrader
	PLATFORMS=$(PLATFORMS) $(PYTEST) -m platforms

test-site: $(VENV)/.ready                   ## 4  the tests that need the course site, or Chromium
	@$(MAKE) --no-print-directory $(SITE) || echo "What makes the course site could not be installed."
	$(PYTEST) -m "site or chromium"

test-oldest:                                ## 4  the tests on the oldest Python, without PyTorch
	@if $(OLDEST) -c "import venv, ensurepip" 2>/dev/null; then \
		$(MAKE) --no-print-directory tests-of-every-python VENV=build/venv-oldest PYTHON=$(OLDEST) TORCH=none; \
	else echo "SKIPPED: the tests on $(OLDEST), which this machine lacks (make test-oldest OLDEST=path)"; fi

tests-of-every-python: $(VENV)/.ready
	PLATFORMS= $(PYTEST) -m "not once and not platforms"

lint: $(VENV)/.ready                        ## 1  ruff, codespell, mypy, the import contract, stubs and notebooks up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/autograder build --check

# Where `make test` takes samples: the whole bank, by plain pytest as well as by the grader, and all of the garbage.
thorough: $(VENV)/.ready                    ## 25  every submission and all garbage where `make test` takes samples
	SUITE=thorough $(BIN)/python -m pytest -n auto -rs \
		tests/autograder/test_bank_grades.py tests/autograder/test_laptop_and_grader_agree.py \
		tests/autograder/test_garbage.py tests/autograder/grading/test_runners.py

# For one assignment, as with all sweeps: make golden BASE=commit ONLY=03_perceptron
golden: $(VENV)/.ready                      ## 25  what BASE=commit says of every submission of the bank, against what is said now
	$(BIN)/python -m quality.golden $(or $(BASE),$(error name a commit: make golden BASE=commit)) $(ONLY:%=--only %)

prove: $(VENV)/.ready                       ## 30  whether assignments are sound, and what mends it; THOROUGH=1 takes hours for all of them
	@$(if $(THOROUGH),$(BIN)/python -m pip install --quiet "cosmic-ray>=8.3" "setuptools>=77")
	$(BIN)/autograder prove $(ONLY) $(if $(THOROUGH),--thorough)

gaps: $(VENV)/.ready                        ## 2  kinds of input, and numbers of the handouts, that no check ever asks about
	$(BIN)/python -m quality.gaps $(ONLY)

seeds: $(VENV)/.ready                       ## 120  the bank under 20 seeds, then 20 times under one
	$(BIN)/python -m quality.seeds $(ONLY)

libraries: $(VENV)/.ready                   ## 1  every name of NumPy, pyplot and PyTorch, in the sandbox and in plain Python: what differs?
	$(BIN)/python -m quality.library_names

matrix: $(VENV)/.ready                      ## 15  break each function of the references: which tasks lose points? writes docs/measured/matrix.md
	$(BIN)/python -m quality.matrix --write $(ONLY)

figures: $(VENV)/.ready                     ## 5  every number of the handouts, computed again; writes docs/measured/figures.md
	$(BIN)/python -m quality.figures --write $(ONLY)

mutants: $(VENV)/.ready                     ## 60  small changes of the references: does a check see every one?
	$(BIN)/python -m pip install --quiet "cosmic-ray>=8.3" "setuptools>=77"
	$(BIN)/python -m quality.mutants $(ONLY)

attacks: $(VENV)/.ready                     ## 15  every hostile submission in every setting that this machine has (root sees most)
	$(BIN)/python -m quality.attack_suite $(ONLY)

fuzz: $(VENV)/.ready                        ## 5  200,000 frames, valid, broken and forged, against the grader's end of the channel
	$(BIN)/python -m quality.fuzz

stand-ins: $(VENV)/.ready                   ## 2  the stand-ins of all checks, 10,000 times, with odd values: each answers or says what is wrong
	$(BIN)/python -m quality.stand_in_fuzz $(ONLY)

faults: $(VENV)/.ready                      ## 5  students, templates and graders killed at random moments, full disks, closed folders
	$(BIN)/python -m quality.faults

platforms: $(PLATFORMS)/.ready              ## 2  install Otter and nbgrader, which need Python 3.11

parity: $(VENV)/.ready $(PLATFORMS)/.ready  ## 20  the sample classes natively, by Gradescope's package, Otter and nbgrader; writes docs/measured/parity.md
	PLATFORMS=$(PLATFORMS) $(BIN)/python -m quality.parity --write $(ONLY)

strings: $(VENV)/.ready                     ## 1  every string that a person can see, in build/strings.txt; prints those that break a rule of our English
	$(BIN)/python -m quality.strings

release: $(VENV)/.ready                     ## 2  what students get, what Gradescope, Otter and nbgrader get, and the site, in release/dist
	$(BIN)/autograder release
	@$(MAKE) --no-print-directory site || echo "The course site is left out: what makes it could not be installed."

site: $(SITE)                               ## 1  the course as pages for a web server, or for none, in release/dist/site
	$(BIN)/python -m release.site.build

upload-check: $(VENV)/.ready                ## 2  build the wheel and the source, check both, install the wheel into an empty environment
	$(BIN)/python -m pip --disable-pip-version-check install --quiet build twine
	rm -rf build/upload && $(BIN)/python -m build --outdir build/upload
	$(BIN)/python -m twine check --strict build/upload/*
	$(BIN)/python -m venv build/upload/venv
	build/upload/venv/bin/python -m pip --disable-pip-version-check install --quiet -c constraints.txt build/upload/*.whl
	cd build/upload && venv/bin/autograder --version && venv/bin/python -c "import autograder.expect"

student-zip: $(VENV)/.ready                 ## 2  the student's package on other Pythons: PYTHONS="python3.10 python3.13"
	$(BIN)/python -m quality.student_zip $(PYTHONS)

clean-root: $(VENV)/.ready                  ## 10  Gradescope's package in a new root file system (root, debootstrap); ASSIGNMENT=03_perceptron
	$(BIN)/python -m quality.clean_root $(or $(ASSIGNMENT),03_perceptron)

benchmark: $(VENV)/.ready $(PLATFORMS)/.ready  ## 15  beside Otter and nbgrader, on the same submissions; writes docs/measured/performance.md
	PLATFORMS=$(PLATFORMS) $(BIN)/python -m benchmarks.against_otter_and_nbgrader --write

floor: $(VENV)/.ready                       ## 10  our cost against the same checks in one bare process; writes docs/measured/performance.md
	$(BIN)/python -m benchmarks.floor --write

scale: $(VENV)/.ready                       ## 20  a thousand in one run, two jobs beside one, a grader killed again and again; writes docs/measured/performance.md
	$(BIN)/python -m benchmarks.scale --write

bench: $(VENV)/.ready                       ## 2  what the reference of each assignment costs: CPU, processes, messages, drawings; MISTAKEN=1: beside one with many mistakes
	$(BIN)/python -m benchmarks.bench $(if $(MISTAKEN),--mistaken) $(ONLY)

sandbox-cost: $(VENV)/.ready                ## 1  what each layer of the sandbox costs a student process
	$(BIN)/python benchmarks/sandbox_cost.py

compare: $(VENV)/.ready                     ## 1  the network of 05 against the same network in PyTorch
	$(BIN)/python benchmarks/compare_with_pytorch.py

clean:                                      ## -  remove everything that was made here
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache grades release/dist

$(VENV)/.ready: pyproject.toml constraints.txt release/setup_venv.py
	@python="$(PYTHON)"; start="$${python:-python3}"; \
	"$$start" release/setup_venv.py --venv "$(VENV)" --torch "$(TORCH)" $${python:+--python "$$python"}
	@touch $@

$(SITE): $(VENV)/.ready release/site-constraints.txt
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The course site needs Python 3.11.")'
	$(BIN)/python -m pip --disable-pip-version-check install --quiet \
		-c constraints.txt -c release/site-constraints.txt --editable '.[site]'
	@touch $@

$(PLATFORMS)/.ready: pyproject.toml constraints.txt release/platforms-constraints.txt release/setup_venv.py
	@python="$(PYTHON)"; start="$${python:-python3}"; mkdir -p "$(PLATFORMS)"; \
	if ! "$$start" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "Otter and nbgrader need Python 3.11: what runs them is skipped."; \
	elif "$$start" release/setup_venv.py --extra platforms --venv "$(PLATFORMS)" --torch "$(TORCH)" \
		$${python:+--python "$$python"}; then touch $@; \
	else echo "Otter and nbgrader could not be installed: what runs them is skipped."; fi
