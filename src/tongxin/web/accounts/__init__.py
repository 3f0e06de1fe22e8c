"""账号: invitations, accounts and their grants, recovery, what needs a second factor."""
