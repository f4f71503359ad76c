"""Reading evaluation: who may see a call-off, what lies open in it, scores, results, letters."""
