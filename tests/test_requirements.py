"""Every clause and every hard case that the product claims to keep has a test that carries its id."""

import ast
from pathlib import Path

CLAUSES = [
    "S1-role-1", "S2-scope-1", "S2-scope-2", "S3.1-contact-1", "S3.1-badge-1", "S3.1-badge-2", "S3.1-badge-3", "S3.1-badge-4",
    "S5-basis-1", "S6-aff-1", "S6-aff-2", "S6-aff-3", *(f"S6-sponsor-{n}" for n in range(1, 16)), "S6-recip-1", "S7-xfer-1",
    "S7-xfer-2", "S7-xfer-3", "S8-minor-1", "S8-minor-5", "S9-ret-3", "S10.1-withdraw", "S10.1-optout3p", "S11-sec-1",
    "S11-sec-2", "S11-sec-3", "S12-ver-1", "S12-ver-3", "S12-ver-4",
]  # fmt: skip
DECISIONS = [*range(1, 18), 19, *range(21, 29), *range(37, 44), *range(45, 52), *range(55, 59), 60, *range(62, 65)]
FLOWS = ["F1", "F2", "F3", "F4", "F9", "F10", "F11", "F12", "F15", "F20", "F21", "F24", "F27"]


def carried() -> set[str]:
    """The ids on the `requirement` markers of all tests (also under the name `scenario`), read from the source."""
    found: set[str] = set()
    for path in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"pytest.mark.requirement", "scenario"}:
                found |= {
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                }
    return found


def test_every_id_is_carried_by_a_test() -> None:
    wanted = {*CLAUSES, *(f"scenario-{n}" for n in DECISIONS), *FLOWS}
    assert wanted - carried() == set()
