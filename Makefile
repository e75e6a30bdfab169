# Three commands to know: make demo, make run, make test. Everything else serves these.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# One more than there are cores, because some tests wait for portals at a polite pace.
WORKERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

.PHONY: help demo run test check tests guide kills year cuts drill ssrf politeness mutations faults feeds capacity lock assets clean

help:
	@echo "make demo   the whole way from sample portals to an inbox, on this machine alone"
	@echo "make run    the service itself, with the live portals of sources.yaml"
	@echo "make test   every check and test a contribution has to pass"
	@echo "make cuts   100,000 disks as power cuts may leave them (ten minutes; needs strace)"
	@echo "make drill  backups under load, restores, a failing disk (a quarter of an hour)"
	@echo "make kills  kill the process 10,000 times, and before every system call (half an hour)"
	@echo "make year   a simulated year with 25 sources and 2,000 readers (up to an hour)"
	@echo "make ssrf   50,000 attacks on addresses through every door (a few minutes)"
	@echo "make politeness  a simulated month of collecting: does it keep to robots.txt, pace, rest?"
	@echo "make mutations  change saved pages some 3,800 times and count what goes unnoticed (a minute)"
	@echo "make faults every fault of the replay in turn, and what health calls it (needs ../shared)"
	@echo "make feeds  poll 1,000 feeds on loopback beside the reader package (some minutes)"
	@echo "make assets  build the style of the pages with npm (maintainers)"
	@echo "make guide  follow docs/hosting.md in an empty folder, as far as this machine allows"
	@echo "make capacity  how many readers and notices fit one small machine (about ten minutes)"
	@echo "make lock   pin the dependencies anew (maintainers)"

demo: $(VENV)/run.stamp
	@$(BIN)/fairnotice demo

run: $(VENV)/run.stamp
	@$(BIN)/fairnotice run

test: check tests

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry --no-ansi .

tests: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# A stamp stands for "installed as the lock file says". uv is used when it is on the PATH.
$(VENV)/run.stamp: requirements/run.lock pyproject.toml | $(VENV)/made
	$(call install,requirements/run.lock)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock pyproject.toml | $(VENV)/made
	$(call install,requirements/dev.lock)
	@touch $@ $(VENV)/run.stamp

ifneq ($(UV),)
$(VENV)/made:
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV) && touch $@
install = @$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
  && $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Fair Notice needs Python 3.11 or later; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@
install = @$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) \
  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif

kills: $(VENV)/dev.stamp
	$(BIN)/python -m tests.kills --planted
	$(BIN)/python -m tests.kills --syscalls
	$(BIN)/python -m tests.kills --kills 500 --channel file
	$(BIN)/python -m tests.kills --kills 10000

cuts: $(VENV)/dev.stamp
	$(BIN)/python -m tests.cuts --images 100000

drill: $(VENV)/dev.stamp
	$(BIN)/python -m tests.drills --backups 100 --restores 10 --faults 450
year: $(VENV)/dev.stamp
	$(BIN)/python -m tests.year

ssrf: $(VENV)/dev.stamp
	$(BIN)/python -m tests.ssrf

politeness: $(VENV)/dev.stamp
	$(BIN)/python -m tests.politeness

mutations: $(VENV)/dev.stamp
	$(BIN)/python -m tests.mutations --show

feeds: $(VENV)/dev.stamp
	$(BIN)/python -m tests.feeds

faults: $(VENV)/dev.stamp
	$(BIN)/python -m tests.faults

guide:
	deploy/try-guide

capacity: $(VENV)/dev.stamp
	$(BIN)/python -m tests.capacity --write

lock:
	tools/lock

assets:
	tools/assets/build

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
