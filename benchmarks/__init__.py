"""Measurements as ratios within one run: run by `python -m benchmarks`."""
