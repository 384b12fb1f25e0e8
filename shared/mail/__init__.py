"""Mail: a folder and the console on a laptop, SMTP in production."""

from shared.mail.protocol import Mail, Mailer

__all__ = ["Mail", "Mailer"]
