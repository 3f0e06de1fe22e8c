"""Ground floor: days, periods, workdays, figures, refusals and the audit book. No domain words."""
