"""What is needed, where, and who offers it."""
