"""事项: what is in flight."""
