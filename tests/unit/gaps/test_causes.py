"""Each cause of a gap is found where the facts bear it out and nowhere else."""

from dataclasses import replace
from datetime import date

from procurement.gaps.exports import gap_cause_in_words
from procurement.gaps.rules.causes import GapCode, causes, group_outlooks
from procurement.gaps.rules.presence import Cause, CauseCode, Mark, PresenceCell, Word
from procurement.gaps.rules.reading import CellReading
from procurement.gaps.rules.serving import Serving
from tests.unit.gaps.test_analysis import MEN, WOMEN, scope

NOTHING = PresenceCell(0, (), 0, Word.NONE, (), (Cause(CauseCode.NEVER_LET),), 0, 1)
HELD = PresenceCell(1, ("EX-1",), 1, Word.ONE_SUPPLIER, (), (), 1, 1)
GAP = CellReading(100, 0, 30, 0, 0)


def serving(id, kind="contract", **more):
    return Serving(scope(id, kind, 30, ["pdu:a"], **more), 30, 1, True)


def found(reading=GAP, history=NOTHING, arrangements=(), **more):
    facts = {
        "blocks": [],
        "failed": [],
        "people_of_cohort": {MEN: 60, WOMEN: 40},
        "missed_of_cohort": {MEN: 60, WOMEN: 10},
    } | more
    return causes(reading=reading, history=history, serving=arrangements, **facts)


def codes(*args, **more):
    return [one.code for one in found(*args, **more)]


def words(*args, **more):
    return [gap_cause_in_words(one, {}, {}, {WOMEN: "Women"}) for one in found(*args, **more)]


def test_what_was_never_let_and_nobody_offers():
    assert codes() == [GapCode.NEVER_LET, GapCode.NOBODY_OFFERS]
    ended = replace(NOTHING, causes=(Cause(CauseCode.ENDED, date(2026, 3, 31)),))
    assert words(history=ended)[0] == "No contract in force: ended 31 March 2026"


def test_contracts_without_places_and_contracts_about_to_end():
    assert codes(history=replace(HELD, marks=(Mark.ENDS_SOON,)))[:2] == [
        GapCode.EXTENT_UNKNOWN,
        GapCode.ENDS_SOON,
    ]


def test_one_supplier_counts_contracts_and_not_offers():
    one = serving("C", supplier="Example Ada")
    offer = serving("O", "offer", supplier="Example Ben")
    assert GapCode.ONE_SUPPLIER in codes(history=HELD, arrangements=[one, offer])
    other = serving("D", supplier="Example Cy")
    assert GapCode.ONE_SUPPLIER not in codes(history=HELD, arrangements=[one, other])


def test_a_cohort_whom_nothing_serves_is_named():
    for_men = serving("C", cohorts=(MEN,))
    assert "Nothing here is for: women" in words(history=HELD, arrangements=[for_men])
    assert GapCode.COHORT_NOT_SERVED not in codes(history=HELD, arrangements=[serving("C")])


def test_a_competition_that_failed_and_a_shortage_that_is_shared():
    block = {
        "cells": 3,
        "rate": "0.410000",
        "places": ["pdu:a"],
        "needs": ["finance"],
        "binding": [{"name": "Example C"}],
    }
    said = words(
        history=HELD,
        arrangements=[serving("C"), serving("D", supplier="Other")],
        blocks=[block],
        failed=[{"title": "Lot 1", "why": "no_bid"}],
    )
    assert said[0] == "A competition failed: Lot 1 (no bid)"
    assert said[1].startswith("Capacity is shared: 3 cells")
    assert said[1].endswith("each is served at 41%")


def test_remote_only_is_said_where_nothing_else_is_there():
    remote = serving("O", "offer", remote=True)
    assert GapCode.REMOTE_ONLY in codes(arrangements=[remote])
    assert GapCode.REMOTE_ONLY not in codes(arrangements=[remote, serving("C")], history=HELD)


def test_groups_are_unviable_where_too_few_would_be_placed():
    group = serving("O", "offer", group=(4, 8))
    few, many = CellReading(5, 0, 0, 0, 0), CellReading(60, 0, 0, 0, 0)
    assert GapCode.GROUP_NOT_VIABLE in codes(reading=few, arrangements=[group])
    assert GapCode.GROUP_NOT_VIABLE not in codes(reading=many, arrangements=[group])
    assert GapCode.GROUP_NOT_VIABLE not in codes(reading=few, arrangements=[group, serving("P", "offer")])
    assert group_outlooks([group], 60)[0].viable


def test_where_everyone_is_met_only_what_endangers_it_is_said():
    met = CellReading(30, 0, 30, 0, 0)
    assert codes(reading=met, history=HELD, arrangements=[serving("C")]) == [GapCode.ONE_SUPPLIER]
