"""Rules of bulk work: cells, rows, plans."""
