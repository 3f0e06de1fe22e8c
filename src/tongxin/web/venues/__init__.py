"""阵地: the office's own channels and venues, their checks, and what is to be mended."""
