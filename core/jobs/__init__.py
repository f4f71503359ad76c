"""Long work and mail, done by a worker that finds it in our own tables under a lease."""
