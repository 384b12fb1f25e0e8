"""What a deleted course leaves behind goes in the background."""
