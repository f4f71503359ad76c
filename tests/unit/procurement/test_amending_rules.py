"""Amendments as differences: they say all that changed, and nothing else."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from procurement.calloffs.drafting.rules import changes_between
from procurement.calloffs.drafting.types import Amendable, AmendableLot, AmendedField, Change

OF_A_SERVICE = {
    AmendedField.VOLUME: "volumes",
    AmendedField.VOLUME_LOW: "lows",
    AmendedField.VOLUME_HIGH: "highs",
}

MOMENTS = st.integers(0, 365 * 24).map(lambda hour: datetime.fromtimestamp(1_767_225_600 + hour * 3600, UTC))
SERVICES = (("accommodation", "low"), ("accommodation", "high"), ("finance", "low"))
STATES = st.builds(
    Amendable,
    need=st.text(max_size=5),
    data_sharing=st.text(max_size=5),
    deadline=MOMENTS,
    questions_close_at=st.none() | MOMENTS,
    staff_transfer_note=st.text(max_size=5),
    lots=st.fixed_dictionaries(
        {
            number: st.builds(
                AmendableLot,
                description=st.text(max_size=5),
                starts_on=st.dates(),
                volumes=st.fixed_dictionaries({service: st.integers(1, 9) for service in SERVICES}),
                volume_source=st.text(max_size=5),
                mobilisation_weeks=st.none() | st.integers(0, 9),
                lows=st.fixed_dictionaries({service: st.none() | st.just(1) for service in SERVICES}),
                highs=st.fixed_dictionaries({service: st.none() | st.just(9) for service in SERVICES}),
            )
            for number in (1, 2)
        }
    ),
)


def applied(before: Amendable, changes: tuple[Change, ...]) -> Amendable:
    """What `before` becomes by `changes`, the inverse of `changes_between`."""
    lots = dict(before.lots)
    own: dict[str, object] = {}
    for change in changes:
        if change.lot is None:
            own[change.field] = change.after
            continue
        lot = lots[change.lot]
        if change.service is not None:
            held = OF_A_SERVICE[change.field]
            lots[change.lot] = lot.replaced(**{held: {**getattr(lot, held), change.service: change.after}})
        else:
            lots[change.lot] = lot.replaced(**{change.field: change.after})
    return before.replaced(**own, lots=lots)


@given(STATES, STATES)
def test_the_differences_make_the_new_state_from_the_old(before: Amendable, after: Amendable) -> None:
    changes = changes_between(before, after)
    assert applied(before, changes) == after
    assert bool(changes) == (before != after)
    assert all(change.before != change.after for change in changes)
