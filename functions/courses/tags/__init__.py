"""Tags of a user's documents, shared by all courses."""
