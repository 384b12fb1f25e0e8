"""Errors of the documentation."""

from shared.errors import ServiceUnavailable


class ApiDocumentUnavailable(ServiceUnavailable):
    """No API document was built for this deployment."""

    message = "This deployment has no API document."
