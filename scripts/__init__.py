"""The commands behind the Makefile: set-up, assets, checks, serving. The product imports none of it."""
