"""Export of everything the platform holds about a user, as one archive."""
