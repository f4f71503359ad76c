"""Tests with a real ClamAV daemon, in a tier of their own: it says so where there is none."""
