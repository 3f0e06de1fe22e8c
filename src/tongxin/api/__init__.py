"""What the system says to other programs: a versioned REST interface described in OpenAPI 3.1.

A program speaks with an access token for one user in one office.  It never sees more than that user does on the pages,
only what the token's scopes name, and of persons only fields declared open: what tells affiliation, ethnic group, birth
or contact details does not leave through here.
"""
