"""活动: list, record form, register."""
