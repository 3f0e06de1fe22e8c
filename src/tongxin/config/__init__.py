"""Wires it up: settings, addresses, entry points."""
