"""The courses group."""
