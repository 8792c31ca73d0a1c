"""Where work is done: jobs and their chunks are rows of our own, and the rows are the truth (docs/worker.md)."""
