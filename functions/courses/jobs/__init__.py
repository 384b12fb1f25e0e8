"""Jobs: how long work that was queued is getting on, whichever group does it."""
