# make demo | test | test-fast | test-all | bench | lint | generate: each sets up .venv with what it needs, on a machine with
# Python 3.8 to 3.11 alone.

.PHONY: demo test test-fast test-all bench lint generate clean
.DELETE_ON_ERROR:

# "ok" from an interpreter that really runs (a version manager's shim may not) and is one of ours
ASK := -c 'import sys; print("ok" if (3, 8) <= sys.version_info[:2] <= (3, 11) else "")'
CANDIDATES := python3.11 python3.10 python3.9 python3.8 python3
PYTHON := $(shell for p in $(CANDIDATES); do [ "`$$p $(ASK) 2>/dev/null`" = ok ] && { echo $$p; break; }; done)

VENV := .venv
RUN := $(VENV)/bin/python
SETTINGS := setup.cfg setup.py pyproject.toml
# pip alone builds these, in an environment of its own, with packages that nothing else needs
NATIVE := $(wildcard bigdl_gan/c/*)
INSTALL := $(RUN) -m pip install -qq 'setuptools>=64' --editable
# pip has compiled the Scala core; this does so again where its sources have changed since
COMPILE := @$(RUN) setup.py --quiet build_scala
# Two processes, each with a Spark of its own, take the files in this order: what lasts longest comes first
TWO := -n 2 --dist loadfile --no-loadscope-reorder

demo: $(VENV)/run.stamp
	$(COMPILE)
	$(RUN) examples/demo.py

test: $(VENV)/dev.stamp
	$(COMPILE)
	$(RUN) -m pytest $(TWO) -m 'not slow' tests/cluster tests/spark tests/parity tests/unit

test-fast: $(VENV)/dev.stamp
	$(COMPILE)
	$(RUN) -m pytest $(TWO) -m 'not slow and not long' tests/spark tests/parity tests/unit

test-all: $(VENV)/dev.stamp
	$(COMPILE)
	$(RUN) -m pytest $(TWO) tests/cluster tests/spark tests/parity tests/unit

bench: $(VENV)/dev.stamp
	$(COMPILE)
	$(RUN) -m benchmarks

lint: $(VENV)/dev.stamp
	$(RUN) -m ruff check .
	$(RUN) -m mypy

generate: $(VENV)/dev.stamp
	$(RUN) codegen.py

clean:
	rm -rf $(VENV) build dist out bigdl_gan/jars *.egg-info

$(RUN):
	@[ "`$(PYTHON) $(ASK) 2>/dev/null`" = ok ] || { echo "bigdl_gan works with Python 3.8, 3.9, 3.10 and 3.11:\
	 found none ($(or $(PYTHON),$(CANDIDATES))); name one with make PYTHON=/path/to/python." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(SETTINGS) $(NATIVE) | $(RUN)
	$(INSTALL) '.[local]'
	touch $@

$(VENV)/dev.stamp: $(SETTINGS) $(NATIVE) | $(RUN)
	$(INSTALL) '.[local,test]'
	touch $@ $(VENV)/run.stamp
