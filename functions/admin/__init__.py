"""The admin group: health check, API document, maintenance."""
