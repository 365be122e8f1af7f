"""Assist: help given, and the ledger (附件8 困难职工解困脱困帮扶台账)."""
