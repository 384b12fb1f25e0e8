"""Mail: a folder and the console on a laptop, SMTP or SES in production."""

from shared.mail.protocol import Mail, Mailer, MailRefused, MailUncertain

__all__ = ["Mail", "MailRefused", "MailUncertain", "Mailer"]
