"""Measurements, one script a figure; ``make bench`` runs them all and prints their tables."""
