"""A believable county, made in seconds and always the same: unions, people, 300 households in every state. All 示例."""
