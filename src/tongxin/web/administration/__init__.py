"""管理: the office, its grants."""
