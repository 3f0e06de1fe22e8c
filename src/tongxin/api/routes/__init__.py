"""The addresses of the interface, one file an area."""
