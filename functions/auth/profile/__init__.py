"""Profile and study settings of users."""
