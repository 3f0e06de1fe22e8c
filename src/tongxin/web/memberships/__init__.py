"""任职: enter, enrol, transfer, leave; what a person's and an organization's days looked like."""
