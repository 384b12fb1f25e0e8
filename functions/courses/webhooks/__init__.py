"""Outgoing webhooks, signed as Standard Webhooks ask (https://www.standardwebhooks.com)."""
