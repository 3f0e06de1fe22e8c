"""落实情况一览 and its findings."""
