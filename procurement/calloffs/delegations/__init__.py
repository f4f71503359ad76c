"""Who may approve for an authority: up to which value, where, from when until when, and who deputises."""
