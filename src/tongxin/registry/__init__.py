"""Who: offices, terms, people, organizations, memberships, contacts; also stored files and number series."""
