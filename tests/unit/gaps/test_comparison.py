"""Provision between two analyses: what came, went, or changed."""

from dataclasses import replace

from procurement.gaps.rules.comparison import provision_changes
from tests.unit.gaps.test_analysis import inputs, scope


def test_what_came_went_grew_and_moved_is_told_apart():
    stays = scope("S", "offer", 5, ["pdu:a"])
    before = inputs([], scope("C", "contract", 30, ["pdu:a"]), scope("O", "offer", 9, ["pdu:a"]), stays)
    after = inputs(
        [],
        replace(stays),
        scope("O", "offer", 9, ["pdu:a", "pdu:b"]),
        scope("C", "contract", 50, ["pdu:a"]),
        scope("N", "contract", 70, ["pdu:b"]),
    )
    assert [(c.kind, c.id, c.before, c.after, c.moved) for c in provision_changes(before, after)] == [
        ("contract", "N", None, 70, False),
        ("contract", "C", 30, 50, False),
        ("offer", "O", 9, 9, True),
    ]
    assert next((c.id, c.before, c.after) for c in provision_changes(after, before)) == ("N", 70, None)
    assert provision_changes(after, after) == ()
