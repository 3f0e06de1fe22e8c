"""What goes out: calendar feeds, the weekly digest in the system, by mail and on paper.  Nothing is decided here."""
