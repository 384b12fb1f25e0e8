"""The demo: a student's use of the product, played from end to end."""
