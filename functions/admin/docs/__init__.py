"""The API document and its browsable pages."""
