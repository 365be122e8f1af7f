"""From application to exit. A later stage may read an earlier one, never the reverse."""
