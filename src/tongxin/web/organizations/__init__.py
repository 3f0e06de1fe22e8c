"""组织: found, rename, move, correct, dissolve."""
