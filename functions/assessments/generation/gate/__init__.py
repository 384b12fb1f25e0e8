"""Rules that every generated card and question must pass before it is saved."""
