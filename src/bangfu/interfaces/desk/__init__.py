"""The desk: my tasks, search, the whole case on one page."""
