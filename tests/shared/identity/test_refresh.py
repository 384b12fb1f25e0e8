"""Refresh tokens as plain values, and their rotation as a state machine."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.identity.refresh import GRACE, RefreshClaims, issue_refresh, judge, read_refresh

SECRET = "a secret of tests"
START = datetime(2026, 3, 2, tzinfo=UTC)
claims = st.builds(RefreshClaims, st.text(max_size=40), st.uuids().map(str), st.integers(1, 10**9))


@given(claims)
def test_a_token_names_what_it_was_issued_for(issued: RefreshClaims) -> None:
    token = issue_refresh(issued, secret=SECRET)
    assert token == issue_refresh(issued, secret=SECRET)
    assert read_refresh(token, secret=SECRET) == issued


@given(claims, st.integers(min_value=0), st.characters())
def test_a_token_changed_anywhere_is_none(issued: RefreshClaims, place: int, character: str) -> None:
    token = issue_refresh(issued, secret=SECRET)
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    assert changed == token or read_refresh(changed, secret=SECRET) is None


@given(st.text(max_size=1200))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert read_refresh(text, secret=SECRET) is None


@given(claims)
def test_another_secret_reads_nothing(issued: RefreshClaims) -> None:
    assert read_refresh(issue_refresh(issued, secret=SECRET), secret="another") is None


class Rotation(RuleBasedStateMachine):
    """A client that keeps its last token, and a thief with all tokens that ever were."""

    def __init__(self) -> None:
        super().__init__()
        self.current, self.rotated_at, self.now = 1, START, START
        self.open = True

    @rule(seconds=st.integers(0, 30))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(back=st.integers(0, 4))
    def somebody_presents(self, back: int) -> None:
        presented = self.current - back
        if not self.open or presented < 1:
            return
        verdict = judge(presented=presented, current=self.current, rotated_at=self.rotated_at, now=self.now)
        if verdict == "rotate":
            assert back == 0
            self.current, self.rotated_at = self.current + 1, self.now
        elif verdict == "repeat":
            assert back == 1
            assert self.now - self.rotated_at <= GRACE
        else:
            assert back > 1 or (back == 1 and self.now - self.rotated_at > GRACE)
            self.open = False

    @invariant()
    def the_latest_token_is_good(self) -> None:
        verdict = judge(
            presented=self.current, current=self.current, rotated_at=self.rotated_at, now=self.now
        )
        assert verdict == "rotate"


TestRotation = Rotation.TestCase
