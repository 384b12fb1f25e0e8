"""Users: the document, its unique names, and password storage."""
