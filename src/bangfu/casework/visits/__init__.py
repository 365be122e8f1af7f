"""Investigate: two or more investigators visit the home; verified circumstances; conclusion (（一）2; R-INV-1 … 3)."""
