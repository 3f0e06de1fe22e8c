"""审稿: three reviews and proofs, notes beside the text, the leader without an account, publishing and its log."""
