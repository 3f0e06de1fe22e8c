"""今日: what is due for my units."""
