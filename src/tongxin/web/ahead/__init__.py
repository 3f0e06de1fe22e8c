"""Looking ahead: what falls due in a month, and a proposed plan of the year for one unit."""
