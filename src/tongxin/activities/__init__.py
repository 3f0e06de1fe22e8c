"""What happened: meetings, study, visits, talks; recorded once."""
