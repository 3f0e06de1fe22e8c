"""提案: drafts and co-signing, merging, replies, assessments, one-time links, open figures."""
