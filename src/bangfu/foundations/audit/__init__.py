"""Append-only, hash-chained trail: who, in which post, did (or revealed) what, to what, why."""
