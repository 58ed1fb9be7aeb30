"""HTTP of the booths: questions and settings, the team, and notes about leads."""

from typing import Any

from events.booths.notes.routes import ROUTES as NOTES
from events.booths.questions.routes import ROUTES as QUESTIONS
from events.booths.team.routes import ROUTES as TEAM

ROUTES: list[Any] = [*QUESTIONS, *TEAM, *NOTES]
