"""Reminders: one mail and one push a day, at the user's own time, when cards are due."""
