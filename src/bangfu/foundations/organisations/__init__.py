"""Union tree, users, posts (任职), permissions; scope: whose subtree may I see (circular 主送; 附件2 four opinion boxes)."""
