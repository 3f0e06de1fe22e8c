"""来件: what people ask of the office about their own data, in one place."""
