"""The stack over Google's emulators: each function as a process, as in production."""
