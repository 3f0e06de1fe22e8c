"""年度重点任务 and 学习篇目: what the year asks, and what has followed."""
