"""The part of the chat-completions API's answers that we read, and the tokens they cost."""

from dataclasses import dataclass

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from shared.model.protocol import Usage

CHARS_PER_TOKEN = 4


class _Wire(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Billed(_Wire):
    """Tokens as the API bills them."""

    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)


class _Text(_Wire):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Wire):
    text: _Text = Field(default=_Text(), validation_alias=AliasChoices("delta", "message"))
    finish_reason: str | None = None


class Chunk(_Wire):
    """A piece of an answer, or a whole one that was not streamed."""

    model: str | None = None
    choices: tuple[_Choice, ...] = ()
    usage: Billed | None = None


@dataclass
class Answer:
    """The state of an answer; once `accepted`, the API has begun to answer and tokens are spent."""

    accepted: bool = False
    refused: bool = False
    finish_reason: str = ""
    model: str = ""
    characters: int = 0
    billed: Billed | None = None

    def add_chunk(self, chunk: Chunk) -> str:
        """Note a chunk and return its text, which may be empty."""
        self.model = chunk.model or self.model
        self.billed = chunk.usage or self.billed
        choice = chunk.choices[0] if chunk.choices else _Choice()
        self.finish_reason = choice.finish_reason or self.finish_reason
        self.refused |= bool(choice.text.refusal) or self.finish_reason == "content_filter"
        text = choice.text.content or ""
        self.characters += len(text)
        return text

    @property
    def truncated(self) -> bool:
        """True if the answer was cut at the maximum length."""
        return self.finish_reason == "length"


class TokenMeter:
    """The tokens of all calls that one answer took.

    They are as billed, or a quarter of the characters where the API does not say. Calls that were never
    accepted cost nothing.
    """

    def __init__(self, model: str) -> None:
        self._usage = Usage(model=model)

    def __bool__(self) -> bool:
        return self._usage.input_tokens + self._usage.output_tokens > 0

    @property
    def usage(self) -> Usage:
        """The tokens of all calls so far."""
        return self._usage

    def add(self, answer: Answer, *, prompt_chars: int) -> None:
        """Count a call that sent `prompt_chars` characters."""
        billed = answer.billed or Billed(
            prompt_tokens=_estimate_tokens(prompt_chars),
            completion_tokens=_estimate_tokens(answer.characters),
        )
        self._usage = Usage(
            model=answer.model or self._usage.model,
            input_tokens=self._usage.input_tokens + billed.prompt_tokens,
            output_tokens=self._usage.output_tokens + billed.completion_tokens,
        )


def _estimate_tokens(characters: int) -> int:
    return -(-characters // CHARS_PER_TOKEN)
