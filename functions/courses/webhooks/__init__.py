"""Outgoing webhooks, signed as Standard Webhooks require (https://www.standardwebhooks.com)."""
