"""Tickets with which a browser's `EventSource` opens a stream."""
