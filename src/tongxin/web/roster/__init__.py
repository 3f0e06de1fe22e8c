"""名册: people, organizations, coverage."""
