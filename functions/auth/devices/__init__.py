"""Devices that take push notifications."""
