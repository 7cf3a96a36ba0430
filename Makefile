# The words people type. Everything is installed into .venv in this checkout.
SHELL := /bin/bash
PYTHON := .venv/bin/python
export OMP_THREAD_LIMIT := 1
BENCHMARKS := page registration accuracy samples trust crash

.PHONY: demo test check bench serve setup setup-tests lock clean $(BENCHMARKS)

demo: setup ## the main job on sample_forms/, from nothing to the printed report
	$(PYTHON) -m simulator.demo

test: setup-tests ## every test; those whose program is missing skip with the reason
	$(PYTHON) -m pytest -q

check: setup-tests ## what CI runs: format, lint, types, floors of imports, tests
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m pytest -q

bench: setup ## figures, each beside its peer or limit; `make bench registration` for one
	$(PYTHON) -m benchmarks $(NAME) $(filter $(BENCHMARKS),$(MAKECMDGOALS))

# The second word of `make bench registration` is no job of its own.
$(BENCHMARKS): ; @:

serve: setup ## the review desk on http://127.0.0.1:8080
	.venv/bin/cpims-scan --workspace ./demo-workspace serve

setup: .venv/installed
	@scripts/programs.sh scan

setup-tests: .venv/installed
	@scripts/programs.sh scan tests

.venv/installed: requirements.lock pyproject.toml scripts/install.sh
	scripts/install.sh

lock: ## pin every dependency again, with hashes and without any host
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
	  --extra postgres --group dev --upgrade pyproject.toml -o requirements.lock

clean:
	rm -rf .venv demo-workspace .pytest_cache .mypy_cache .ruff_cache
