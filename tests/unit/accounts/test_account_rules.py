"""When sign-in closes, who may get and lose a role: by example and property."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.accounts.rules import (
    FAILURE_WINDOW,
    LOCKED_FOR,
    MOST_FAILURES,
    address_digest,
    free_from,
    held_as_text,
    locked_until,
    reasons_not_to_grant,
    reasons_not_to_lose,
)
from core.accounts.types import AccountPermission, Limit, OrganisationKind
from procurement.roles import ROLES

START = datetime(2026, 9, 1, tzinfo=UTC)
SECONDS = st.lists(st.integers(0, 7200), max_size=12).map(sorted)
MANAGE = AccountPermission.MANAGE_COLLEAGUES


def moments(seconds: list[int]) -> list[datetime]:
    return [START + timedelta(seconds=second) for second in seconds]


@given(SECONDS)
def test_fewer_than_five_failures_close_nothing(seconds: list[int]) -> None:
    failures = moments(seconds)[: MOST_FAILURES - 1]
    assert locked_until(failures, START + timedelta(hours=1)) is None


@given(SECONDS, st.integers(0, 20000))
def test_the_door_opens_again_a_quarter_of_an_hour_after_the_last_failure(
    seconds: list[int], later: int
) -> None:
    failures, now = moments(seconds), START + timedelta(seconds=later)
    until = locked_until(failures, now)
    if until is None:
        return
    assert now < until == failures[-1] + LOCKED_FOR
    assert failures[-1] - failures[-MOST_FAILURES] <= FAILURE_WINDOW
    assert locked_until(failures, until) is None


def test_five_failures_close_the_door_only_when_they_come_together() -> None:
    close = moments([0, 60, 120, 180, 900])
    spread = moments([0, 60, 120, 180, 901])
    assert locked_until(close, close[-1]) == close[-1] + LOCKED_FOR
    assert locked_until(spread, spread[-1]) is None


@given(st.emails(), st.text(min_size=1), st.text(min_size=1))
def test_a_digest_ignores_case_and_needs_the_secret(address: str, secret: str, other: str) -> None:
    assert address_digest(secret, address) == address_digest(secret, f" {address.lower()} ")
    if secret != other and secret.rstrip("\0") != other.rstrip("\0"):
        assert address_digest(secret, address) != address_digest(other, address)


@given(st.sampled_from(sorted(ROLES)), st.sampled_from(OrganisationKind))
def test_a_role_belongs_to_one_kind_of_organisation(code: str, kind: OrganisationKind) -> None:
    reasons = reasons_not_to_grant(role=ROLES[code], kind=kind, held=(), scopes=())
    assert [r.code for r in reasons] == ([] if ROLES[code].kind == kind else ["role-of-another-kind"])


def test_a_role_is_held_once_and_limited_only_where_it_can_be() -> None:
    authority = OrganisationKind.AUTHORITY
    held = reasons_not_to_grant(
        role=ROLES["commissioner"], kind=authority, held=["commissioner"], scopes=["region:A"]
    )
    assert [r.code for r in held] == ["role-already-held"]
    limited = reasons_not_to_grant(role=ROLES["auditor"], kind=authority, held=(), scopes=["region:A"])
    assert [r.code for r in limited] == ["role-without-scopes"]
    unknown = reasons_not_to_grant(role=None, kind=authority, held=(), scopes=())
    assert [r.code for r in unknown] == ["role-of-another-kind"]


@given(st.sampled_from(sorted(ROLES)), st.lists(st.sampled_from(sorted(ROLES)), max_size=4))
def test_nobody_is_left_without_someone_who_manages_colleagues(losing: str, left: list[str]) -> None:
    reasons = reasons_not_to_lose(roles=ROLES, permission=MANAGE, losing=losing, left_to_others=left)
    orphaned = MANAGE in ROLES[losing].permissions and not any(
        MANAGE in ROLES[code].permissions for code in left
    )
    assert bool(reasons) is orphaned


@given(st.dictionaries(st.sampled_from(sorted(ROLES)), st.sets(st.sampled_from(["region:A", "region:B"]))))
def test_what_a_form_was_filled_in_on_does_not_depend_on_order(held: dict[str, set[str]]) -> None:
    one = held_as_text([(role, sorted(scopes)) for role, scopes in held.items()])
    other = held_as_text([(role, sorted(scopes, reverse=True)) for role, scopes in reversed(held.items())])
    assert one == other
    assert one.count(";") == max(0, len(held) - 1)


@given(SECONDS, st.integers(0, 7200), st.integers(1, 4))
def test_no_span_holds_more_deeds_than_its_limit(seconds: list[int], now: int, most: int) -> None:
    limit = Limit("example", most, timedelta(hours=1))
    done = [moment for moment in moments(seconds) if moment <= START + timedelta(seconds=now)]
    again = free_from(limit, done, START + timedelta(seconds=now))
    counting = [moment for moment in done if moment > START + timedelta(seconds=now) - limit.within]
    assert (again is None) == (len(counting) < most)
    if again is not None:
        assert START + timedelta(seconds=now) < again <= START + timedelta(seconds=now) + limit.within
        assert free_from(limit, done, again) is None
