"""Shows it."""
