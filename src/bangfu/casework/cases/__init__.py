"""The case: where it stands, whose turn it is, and the only way to move it (方法步骤（一）)."""
