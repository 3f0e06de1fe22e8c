"""Builds an example city; all of it is synthetic."""
