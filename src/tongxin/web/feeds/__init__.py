"""日历订阅: secret addresses for calendar programs, and the file of a single activity."""
