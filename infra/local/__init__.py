"""The local stack: all groups in one process, with stand-ins for outside services."""
