"""意见建议: what people say to the office, and the answers."""
