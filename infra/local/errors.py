"""Why a local stack can't run."""


class CannotRun(RuntimeError):
    """The text says why, for whoever started it."""


class AlreadyRunning(CannotRun):
    """Another stack works on the same folder."""


class NotStarted(CannotRun):
    """A program that the stack needs is missing or did not start."""
