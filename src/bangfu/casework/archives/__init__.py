"""File: the versioned 附件6 困难职工档案表, 建档人 and 审核人, worker number (（一）5 数据管理)."""
