"""Operations: the health check, the API document and its browsable pages."""
