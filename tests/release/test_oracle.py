"""The gate's decision, found twice: by the database and by a plain-Python model of the same policy, over random histories."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from events.database.embedded import EmbeddedPostgres
from events.terms import Refusal
from tests.release.cases import CASES, Case
from tests.release.comparison import affiliate_answer_to, answer_to, differences
from tests.release.facts import Story
from tests.release.histories import stories
from tests.release.oracle import Answer
from tests.release.record import History
from tests.release.stage import Stage

pytestmark = pytest.mark.requirement("S6-sponsor-1", "S6-sponsor-3", "S6-sponsor-12", "S6-sponsor-14", "S6-aff-1")

# refusals of prepared downloads: nothing that the decision says
OF_DOWNLOADS = {Refusal.WITHDRAWN_SINCE, Refusal.LINK_CLOSED}


@pytest.fixture(scope="module")
def stage(postgres: EmbeddedPostgres) -> Iterator[Stage]:
    made = Stage(postgres, "oracle")
    yield made
    made.close()


def answer_of(case: Case) -> Answer:
    """The oracle's answer about the registration that the case ends with."""
    story = case.story
    history, who = History(story.registrations, story.steps), story.names()[-1]
    if story.questions:
        return answer_to(history, who, story.questions[0])
    return affiliate_answer_to(history, who, story.affiliate_questions[0])


@pytest.mark.parametrize("name", CASES)
def test_the_oracle_itself_gives_the_right_answer(name: str) -> None:
    answer, right = answer_of(CASES[name]), CASES[name].right
    if isinstance(right, str):
        assert (answer.fields, right in answer.reasons) == (frozenset(), True)
    else:
        assert (answer.fields, answer.reasons) == (frozenset(right), frozenset())


def test_oracle_and_database_agree_on_every_directed_history(stage: Stage) -> None:
    found = {name: differences(case.story, stage.play(case.story)) for name, case in CASES.items()}
    assert {name: told for name, told in found.items() if told} == {}


@dataclass
class Seen:
    """What a run of histories came across: each reason for a no, and each ground for a yes (None for a no)."""

    reasons: Counter[str] = field(default_factory=Counter)
    grounds: Counter[str | None] = field(default_factory=Counter)

    def look_at(self, story: Story) -> None:
        history = History(story.registrations, story.steps)
        for who in story.names():
            answers = [answer_to(history, who, question) for question in story.questions]
            answers += [affiliate_answer_to(history, who, question) for question in story.affiliate_questions]
            for answer in answers:
                self.reasons.update(answer.reasons)
                self.grounds[answer.basis] += 1

    @property
    def released(self) -> float:
        """The share of answers that give something."""
        return 1 - self.grounds[None] / self.grounds.total()


def test_random_histories_come_across_every_reason_and_every_ground() -> None:
    """Always the same 500: histories in which nothing is ever released, or never refused for this reason, would prove nothing."""
    seen = Seen()

    @seed(6)
    @settings(max_examples=500, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(stories())
    def look(story: Story) -> None:
        seen.look_at(story)

    look()
    assert set(seen.reasons) == set(Refusal) - OF_DOWNLOADS, seen.reasons
    assert set(seen.grounds) == {"form", "scan", "both", "contract", None}
    assert 0.2 < seen.released < 0.6, seen


def test_oracle_and_database_agree_on_random_histories(stage: Stage, long: bool) -> None:
    seen = Seen()

    @settings(max_examples=10_000 if long else 1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(stories())
    def agree(story: Story) -> None:
        seen.look_at(story)
        found = differences(story, stage.play(story))
        assert not found, "\n".join(found)

    agree()
    assert 0.1 < seen.released < 0.7, seen
