"""Publish: the list of the passed, its period, objections and their outcome (附件5 困难职工名单公示; 附件2 公示结果)."""
