"""Tongxin 同心: a living board for the office of a CPPCC committee."""

__version__ = "0.1.0"
