"""Files: checked on the way in, addressed by the hash of their content, never served as their own type."""
