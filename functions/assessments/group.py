"""What the assessments group serves and receives."""

from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(name="assessments", routers=[], handlers=Handlers())
