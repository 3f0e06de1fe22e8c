"""联系: who keeps contact with whom, and proposals for those who have nobody yet."""
