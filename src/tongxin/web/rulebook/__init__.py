"""制度要求: what the office holds itself bound by, adapted and added to, with a preview of what it would say."""
