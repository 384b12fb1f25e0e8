"""Access tokens, sessions and roles: written by `functions/auth`, read by every group."""

from shared.identity.principal import Principal, Role
from shared.identity.sessions import SESSIONS, Session
from shared.identity.tokens import AccessClaims, issue_access, read_access

__all__ = ["SESSIONS", "AccessClaims", "Principal", "Role", "Session", "issue_access", "read_access"]
