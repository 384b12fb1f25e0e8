"""Files as they arrive: what they are, judged by content, and what they may be called."""
