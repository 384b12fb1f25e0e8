"""What users tell us about the product."""
