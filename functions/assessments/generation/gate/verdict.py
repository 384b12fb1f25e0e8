"""Verdicts of a gate on drafts that it drops."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Rule(StrEnum):
    """Rules for the form, the wording, the key and options, the source, and repetition; first to last."""

    UNKNOWN_CHUNK = "unknown_chunk"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNSAFE_MARKUP = "unsafe_markup"
    BAD_CLOZE = "bad_cloze"
    FRAGMENT = "fragment"
    NEEDS_CONTEXT = "needs_context"
    NEGATIVE_STEM = "negative_stem"
    ANSWER_IN_QUESTION = "answer_in_question"
    BAD_KEY = "bad_key"
    WRONG_KEY = "wrong_key"
    BAD_OPTIONS = "bad_options"
    SAME_OPTIONS = "same_options"
    MIXED_OPTIONS = "mixed_options"
    CATCH_ALL_OPTION = "catch_all_option"
    ABSOLUTE_WORDING = "absolute_wording"
    SUSPECT_DISTRACTOR = "suspect_distractor"
    QUOTE_NOT_IN_SOURCE = "quote_not_in_source"
    SPEAKS_TO_THE_MODEL = "speaks_to_the_model"
    FOREIGN_ADDRESS = "foreign_address"
    UNSUPPORTED_QUESTION = "unsupported_question"
    UNSUPPORTED_ANSWER = "unsupported_answer"
    DUPLICATE = "duplicate"


class Dropped(BaseModel):
    """A draft that is not saved, with the first rule that it breaks."""

    model_config = ConfigDict(frozen=True)

    rule: Rule
