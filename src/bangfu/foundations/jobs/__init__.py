"""Background jobs and their progress: queued by name after commit, with ids only, never personal data."""
