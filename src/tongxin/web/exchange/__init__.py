"""City and counties: sets of requirements issued, received, answered once."""
