"""Decide: the four opinion boxes of 附件2, return and refusal (（一）3 审批建档)."""
