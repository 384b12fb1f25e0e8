"""Jobs: progress and result of long work of any group."""
