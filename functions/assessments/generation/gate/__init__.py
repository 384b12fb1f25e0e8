"""Quality gates: rules in plain code that a generated card or question must pass before it is saved."""

from functions.assessments.generation.gate.cards import AcceptedCard, CardGate
from functions.assessments.generation.gate.questions import AcceptedQuestion, QuestionGate
from functions.assessments.generation.gate.verdict import Dropped, Rule

__all__ = ["AcceptedCard", "AcceptedQuestion", "CardGate", "Dropped", "QuestionGate", "Rule"]
