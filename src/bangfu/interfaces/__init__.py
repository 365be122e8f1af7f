"""Pages which span rooms, and doors for people who are not staff."""
