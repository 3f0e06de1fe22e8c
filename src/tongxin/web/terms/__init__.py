"""换届: drafts of a new term, their seats, names and shares, and the opening."""
