# The interpreter that makes .venv; by default the best one found.
PYTHON ?=
# cpu: PyTorch's CPU build; default: whatever pip finds (on Linux gigabytes of CUDA); none: no PyTorch.
TORCH ?= cpu
# Where everything is installed.
VENV ?= .venv
BIN := $(VENV)/bin
# Otter and nbgrader, in an environment of their own, for the tests that run them.
export OUTLETS ?= build/outlets-$(notdir $(VENV))

.PHONY: demo test lint seeds thorough matrix compare mutants attacks fuzz faults sandbox-cost \
        benchmark floor scale outlets parity release student-zip clean-root golden clean

demo: $(VENV)/.ready
	$(BIN)/autograder demo

test: $(VENV)/.ready $(OUTLETS)/.ready lint
	$(BIN)/python -m pytest -n auto --dist loadfile -rs

lint: $(VENV)/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/autograder build --check

# Every submission of the bank under 20 seeds, then 20 full runs under one seed; prints its counts.
seeds: $(VENV)/.ready
	$(BIN)/python -m quality.seeds

# Where `make test` takes samples: the whole bank, by plain pytest as well as by the grader, and all of the garbage.
thorough: $(VENV)/.ready
	SUITE=thorough $(BIN)/python -m pytest -n auto -rs \
		tests/autograder/test_bank_grades.py tests/autograder/test_laptop_and_grader_agree.py tests/autograder/test_garbage.py

# What an earlier version says of every submission of the bank, and what this one says: make golden BASE=commit
# For one assignment: make golden BASE=commit ONLY=03_perceptron
golden: $(VENV)/.ready
	$(BIN)/python -m quality.golden $(or $(BASE),$(error name a commit: make golden BASE=commit)) $(ONLY:%=--only %)

# Breaks each function of the references in turn: which tasks lose points? Writes docs/matrix.md.
matrix: $(VENV)/.ready
	$(BIN)/python -m quality.matrix --write

# The network of 05 against the same network in PyTorch.
compare: $(VENV)/.ready
	$(BIN)/python benchmarks/compare_with_pytorch.py

# Small changes of the references: does a check see every one?
mutants: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet "cosmic-ray>=8.3" "setuptools>=77"
	$(BIN)/python -m quality.mutants

# Otter and nbgrader themselves. They need Python 3.11; before it, what runs them is skipped.
outlets: $(OUTLETS)/.ready

# Every sample natively, in Gradescope's package, in Otter and in nbgrader: equal scores? Writes docs/parity.md.
parity: $(VENV)/.ready $(OUTLETS)/.ready
	$(BIN)/python -m quality.parity --write

# What students get, and what Gradescope, Otter and nbgrader get, in release/dist.
release: $(VENV)/.ready
	$(BIN)/autograder release

# The student's package on other Pythons: make student-zip PYTHONS="python3.10 python3.13"
student-zip: $(VENV)/.ready
	$(BIN)/python -m quality.student_zip $(PYTHONS)

# The Gradescope package of one assignment, set up in a new root file system and run there (root, debootstrap).
clean-root: $(VENV)/.ready
	$(BIN)/python -m quality.clean_root $(or $(ASSIGNMENT),03_perceptron)

# 200,000 frames, valid, broken and forged, thrown at the grader's end of the channel; prints its counts.
fuzz: $(VENV)/.ready
	$(BIN)/python -m quality.fuzz

# Students, templates and graders killed at random moments, full disks, closed folders; prints its counts.
faults: $(VENV)/.ready
	$(BIN)/python -m quality.faults

# autograder grade, otter run and nbgrader autograde on the same submissions, side by side; writes docs/performance.md.
benchmark: $(VENV)/.ready $(OUTLETS)/.ready
	$(BIN)/python -m benchmarks.against_otter_and_nbgrader --write

# Our cost against the same checks in one bare warm process, and where the time goes; writes docs/performance.md.
floor: $(VENV)/.ready
	$(BIN)/python -m benchmarks.floor --write

# Thousands in one run, two jobs beside one, a grader killed again and again; writes docs/performance.md.
scale: $(VENV)/.ready
	$(BIN)/python -m benchmarks.scale --write

# What each layer of the sandbox costs a student process, beyond the bare fork.
sandbox-cost: $(VENV)/.ready
	$(BIN)/python benchmarks/sandbox_cost.py

# Every hostile submission in every setting that this machine has (root sees most); prints what was expected and seen.
attacks: $(VENV)/.ready
	$(BIN)/python -m quality.attack_suite

$(VENV)/.ready: pyproject.toml constraints.txt release/setup_venv.py
	@python="$(PYTHON)"; start="$${python:-python3}"; \
	"$$start" release/setup_venv.py --venv "$(VENV)" --torch "$(TORCH)" $${python:+--python "$$python"}
	@touch $@

$(OUTLETS)/.ready: pyproject.toml constraints.txt release/outlets-constraints.txt release/setup_venv.py
	@python="$(PYTHON)"; start="$${python:-python3}"; mkdir -p "$(OUTLETS)"; \
	if ! "$$start" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "Otter and nbgrader need Python 3.11: what runs them is skipped."; \
	elif "$$start" release/setup_venv.py --extra outlets --venv "$(OUTLETS)" --torch "$(TORCH)" \
		$${python:+--python "$$python"}; then touch $@; \
	else echo "Otter and nbgrader could not be installed: what runs them is skipped."; fi

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache grades release/dist
