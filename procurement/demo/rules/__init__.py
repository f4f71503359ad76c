"""The plan of the demonstration: the same for the same day, invented throughout; pure."""
