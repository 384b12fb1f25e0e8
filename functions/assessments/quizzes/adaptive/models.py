"""Ratings as they are stored, in logits."""

from pydantic import BaseModel, ConfigDict, Field

from shared.model.protocol import Difficulty
from shared.store import Document


class Rating(BaseModel):
    """An estimate and how many answers it rests on."""

    model_config = ConfigDict(frozen=True)

    value: float = 0.0
    answers: int = 0


class Skill(BaseModel):
    """How able a learner is: in all of a course, and how much more or less so in each concept."""

    model_config = ConfigDict(frozen=True)

    overall: Rating = Rating()
    concepts: dict[str, Rating] = Field(default_factory=dict)

    def in_concept(self, concept: str) -> Rating:
        return self.concepts.get(concept, Rating())

    def at(self, concept: str) -> float:
        return self.overall.value + self.in_concept(concept).value


class Trial(BaseModel):
    """One question put to a learner: how hard it is held to be, and the chance to guess it."""

    model_config = ConfigDict(frozen=True)

    concept: str = ""
    difficulty: Rating = Rating()
    guess: float = 0.0


class Named(BaseModel):
    """A rating in a list: Firestore's maps keep no order, and what was met last stands last."""

    model_config = ConfigDict(frozen=True)

    name: str
    rating: Rating


class Ability(Document):
    """The skill of a user in the course that is its id."""

    overall: Rating = Rating()
    concepts: tuple[Named, ...] = ()

    @property
    def skill(self) -> Skill:
        return Skill(overall=self.overall, concepts={each.name: each.rating for each in self.concepts})


class ItemRatings(Document):
    """How hard the questions of the quiz that is its id have been for the user, by the question's id."""

    questions: tuple[Named, ...] = ()

    @property
    def by_question(self) -> dict[str, Rating]:
        return {each.name: each.rating for each in self.questions}


class Focus(BaseModel):
    """What to ask a learner next: a level, None while too little is known, and the concepts that are known
    less well than the rest, weakest first."""

    model_config = ConfigDict(frozen=True)

    difficulty: Difficulty | None = None
    concepts: tuple[str, ...] = ()
    answers: int = 0
