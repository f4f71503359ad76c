"""Frameworks, applications, assessment and members, against a database."""
