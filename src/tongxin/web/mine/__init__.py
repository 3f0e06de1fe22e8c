"""我的信息: what is kept about me, and who looked."""
