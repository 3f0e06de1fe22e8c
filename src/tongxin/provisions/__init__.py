"""What must happen: provisions, adoptions and findings."""
