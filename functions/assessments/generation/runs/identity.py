"""Ids of generated items, derived from order and position, so that saving again creates nothing twice."""

from functions.assessments.generation.runs.models import Order
from shared.clock import derive_id


def derive_card_id(order: Order, position: int) -> str:
    """Derive the same id for the same place in an order, so that a run repeated saves the card once."""
    return derive_id("generated card", order.id, str(position))


def derive_question_id(order: Order, position: int) -> str:
    """Derive the same id for the same place in an order, as for cards."""
    return derive_id("generated question", order.id, str(position))


def derive_option_id(order: Order, position: int, place: int) -> str:
    """Derive the id of an answer option from its question's position and its place in it."""
    return derive_id("generated option", order.id, str(position), str(place))


def derive_quiz_id(order: Order) -> str:
    """Derive the id of the one quiz that an order makes."""
    return derive_id("generated quiz", order.id)
