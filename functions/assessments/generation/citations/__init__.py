"""Citations of cards and questions, updated when their document is replaced."""
