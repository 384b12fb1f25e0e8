"""The demo: what a student does with the product, played from end to end."""
