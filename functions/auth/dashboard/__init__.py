"""The first page: where the user stands and what comes next."""
