"""Plan: 立卡信息, measures and plans beside the needs, sponsor and contact, the worker's confirmation, 附件7 联系卡 (（一）4)."""
