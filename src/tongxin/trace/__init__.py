"""Requirement ↔ provision or matter, with the reason."""
