"""After the deadline: opening, scores, consensus, prices, recommendation, letters."""
