"""文库: documents, their reading and what was made of them."""
