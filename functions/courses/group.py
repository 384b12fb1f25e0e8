"""What the courses group serves and receives."""

from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(name="courses", routers=[], handlers=Handlers())
