"""What one group lets the others see: small read models of its documents, and the events between groups.

The owner writes; the others read, or receive. Each module says whose it is.
"""
