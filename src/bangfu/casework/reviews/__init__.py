"""Deliberate: the democratic review, its attendance, votes and minutes (附件4 民主评议会议记录)."""
