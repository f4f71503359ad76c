"""What people type about offers, and the words in which the rules answer."""
