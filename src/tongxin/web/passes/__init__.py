"""一次性链接: what the bearer of a link sees and does, without an account."""
