# Each verb stands in ./portal, which needs no make. Variables such as PORT=8001 reach it.
PYTHON ?= python3

.PHONY: run test check e2e chaos install lock help
run test check e2e chaos install lock help:
	@$(PYTHON) portal $@
