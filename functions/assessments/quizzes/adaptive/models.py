"""Ratings as they are stored, in logits."""

from pydantic import BaseModel, ConfigDict, Field

from shared.model.protocol import Difficulty
from shared.store import Document


class Rating(BaseModel):
    """An estimate, and the number of answers it rests on."""

    model_config = ConfigDict(frozen=True)

    value: float = 0.0
    answers: int = 0


class Skill(BaseModel):
    """A learner's ability in a course, and how far it differs in each concept."""

    model_config = ConfigDict(frozen=True)

    overall: Rating = Rating()
    concepts: dict[str, Rating] = Field(default_factory=dict)

    def in_concept(self, concept: str) -> Rating:
        return self.concepts.get(concept, Rating())

    def at(self, concept: str) -> float:
        return self.overall.value + self.in_concept(concept).value


class Trial(BaseModel):
    """A question put to a learner: its estimated difficulty, and the chance to guess the answer."""

    model_config = ConfigDict(frozen=True)

    concept: str = ""
    difficulty: Rating = Rating()
    guess: float = 0.0


class NamedRating(BaseModel):
    """A rating in a list, the latest last. Firestore's maps would not keep the order."""

    model_config = ConfigDict(frozen=True)

    name: str
    rating: Rating


class Ability(Document):
    """The skill of a user in the course that is its id."""

    overall: Rating = Rating()
    concepts: tuple[NamedRating, ...] = ()

    @property
    def skill(self) -> Skill:
        return Skill(overall=self.overall, concepts={each.name: each.rating for each in self.concepts})


class ItemRatings(Document):
    """The difficulty, for the user, of the questions of the quiz that is its id, by the question's id."""

    questions: tuple[NamedRating, ...] = ()

    @property
    def by_question(self) -> dict[str, Rating]:
        return {each.name: each.rating for each in self.questions}


class Focus(BaseModel):
    """The questions to ask a learner next.

    `difficulty` is None until there are enough answers. `concepts` are those that the learner knows less well
    than the others, weakest first.
    """

    model_config = ConfigDict(frozen=True)

    difficulty: Difficulty | None = None
    concepts: tuple[str, ...] = ()
    answers: int = 0
