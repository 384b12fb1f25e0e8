"""Reviews: what the user knew when, and when each card comes back."""
