"""The commands behind the Makefile: set-up, assets, checks, serving. Nothing here is imported by the product."""
