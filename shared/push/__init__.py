"""Notifications on users' devices."""

from shared.push.protocol import Notification, Push

__all__ = ["Notification", "Push"]
