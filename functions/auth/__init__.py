"""The auth group: accounts, sessions, profiles, activity."""
