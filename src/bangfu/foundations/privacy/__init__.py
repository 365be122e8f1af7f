"""What protects a person: encrypted fields, blind index, masking, row-level security, guards (DOMAIN: 个人信息保护法 28, 29)."""
