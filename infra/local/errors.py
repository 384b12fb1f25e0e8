"""Errors of starting a local stack."""


class CannotRun(RuntimeError):
    """The stack cannot run; the text tells the user why."""


class AlreadyRunning(CannotRun):
    """Another stack uses the same data folder."""


class NotStarted(CannotRun):
    """A program that the stack needs is missing or did not start."""
