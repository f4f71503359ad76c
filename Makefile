# Every command a person needs; what each does is one line below. `make help` prints them.

PYTHON ?= python3
PORT ?= 8000
TIERS ?=
RUN := .venv/bin/python

export PORT

.DEFAULT_GOAL := help
.PHONY: help install demo serve test lint format bench screenshots assets lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: ## make .venv and node_modules from the lock files, and build the assets
	@$(PYTHON) -m scripts.install

demo: install ## serve a national demonstration at localhost:8000 (PORT=… for another)
	@$(RUN) -m scripts.system pango
	@$(RUN) -m scripts.serve --check-port
	@$(RUN) -m scripts.demo
	@$(RUN) -m scripts.serve

serve: install ## serve what is in the database: web and worker together
	@$(RUN) -m scripts.serve

test: install ## install what tests need, then run them all (make test TIERS="lint unit" for some)
	@$(RUN) -m scripts.check $(TIERS)

lint: install ## formatting, imports, types and the SQL of migrations
	@$(RUN) -m scripts.check lint

format: install ## format the code and put imports in order
	@$(RUN) -m ruff check -q --fix-only .
	@$(RUN) -m ruff format -q .

bench: install ## measure pages against a bare page; prints ratios
	@$(RUN) -m scripts.system postgresql
	@$(RUN) -m benchmarks
	@$(RUN) -m benchmarks --database postgresql --only listing

screenshots: install ## make the pictures of the README in docs/images
	@$(RUN) -m scripts.system pango chromium
	@$(RUN) -m scripts.screenshots

assets: ## build static/dist
	@$(RUN) -m scripts.build_assets

lock: install ## write requirements.lock and package-lock.json anew from what they are made of
	@$(RUN) -m scripts.lock

clean: ## remove what was built; the database in instance/ stays
	rm -rf .venv node_modules static/dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
