"""Ids of generated items, derived from order and position, so that saving again creates nothing twice."""

from functions.assessments.generation.runs.models import Order
from shared.clock import derive_id


def card_id(order: Order, position: int) -> str:
    return derive_id("generated card", order.id, str(position))


def question_id(order: Order, position: int) -> str:
    return derive_id("generated question", order.id, str(position))


def option_id(order: Order, position: int, place: int) -> str:
    return derive_id("generated option", order.id, str(position), str(place))


def quiz_id(order: Order) -> str:
    return derive_id("generated quiz", order.id)
