"""A passage as the source of drafts, which their texts are checked against."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from functions.assessments.generation.gate.cloze import has_gap_marks
from functions.assessments.generation.gate.instructions import has_instructions
from functions.assessments.generation.gate.markup import (
    find_addresses,
    has_deceptive_characters,
    has_images,
    is_unsafe,
)
from functions.assessments.generation.gate.support import SourceWords
from functions.assessments.generation.gate.verdict import Rule
from shared.model.protocol import Passage
from shared.text.folding import FoldedText, find_quote, fold_with_spans

MAX_QUOTE_CHARS = 1200  # a few sentences
# A question may use its own words, but one that shares next to none with its quote asks something else.
_MIN_QUESTION_SHARE = 0.25


@dataclass(frozen=True)
class Source:
    """A passage of a document, against which the quotes of drafts are verified."""

    passage: Passage

    @cached_property
    def words(self) -> SourceWords:
        return SourceWords(self.passage.text)

    def verify(self, quote: str, *, asked: str, key: str, texts: Iterable[str]) -> str | Rule:
        """Return the quote as the passage has it, or the first rule that the draft breaks.

        The draft asks `asked`, takes `key` for right, and shows the `texts`.
        """
        found = self._find_quote(quote)
        if isinstance(found, Rule):
            return found
        if not all(find_addresses(text) <= self._addresses for text in texts):
            return Rule.FOREIGN_ADDRESS
        if not SourceWords(f"{found} {key}").support(asked, share=_MIN_QUESTION_SHARE, numbers=False):
            return Rule.UNSUPPORTED_QUESTION
        return found

    def _find_quote(self, quote: str) -> str | Rule:
        found = find_quote(quote, self.passage.text, self._folded)
        if found is None or len(found) > 2 * MAX_QUOTE_CHARS:
            return Rule.QUOTE_NOT_IN_SOURCE
        if is_unsafe(found) or has_images(found) or has_deceptive_characters(found) or has_gap_marks(found):
            return Rule.UNSAFE_MARKUP
        return Rule.SPEAKS_TO_THE_MODEL if has_instructions(found) else found

    @cached_property
    def _folded(self) -> FoldedText:
        return fold_with_spans(self.passage.text)

    @cached_property
    def _addresses(self) -> frozenset[str]:
        return find_addresses(self.passage.text)
