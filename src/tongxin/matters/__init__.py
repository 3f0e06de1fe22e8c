"""What is in flight: tasks, requests and reports, manuscripts."""
