"""Who a user is: the document, its unique names, and how passwords are kept."""
