"""The audit log for administrators: list, export, verification, and the hourly publication of heads."""
