"""How well schedulers foretell what a user knows, and FSRS's weights fitted to the user."""
