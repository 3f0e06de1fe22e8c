"""覆盖与统计: who is still to be placed and what places them, coverage of the Party units, statistics of members."""
