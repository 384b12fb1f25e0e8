"""Feedback of users about the product."""
