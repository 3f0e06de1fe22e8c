"""Switching office and type size."""
