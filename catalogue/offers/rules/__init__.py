"""What an offer must be: its states, what is missing, how versions differ, and how it is found."""
