"""Questions: their content, what makes them answerable, and where they are kept."""
