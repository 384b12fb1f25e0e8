"""What users tell about themselves, and how they want to study."""
