"""Suppliers that are signed in and have written their bids: hundreds of them in seconds.

Rows are written in bulk, sealed as the services would seal them one by one; no password is hashed and nobody
uses the sign-in form, which has nothing to do with submitting.
"""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf

from benchmarks.crowd import Click
from core import clock
from core.accounts.models import Membership, Organisation, Person
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db
from core.documents.services import store
from core.identifiers import new_public_id
from core.sealing import canonical, seal
from procurement.calloffs.bids.models import Bid, BidFile, BidPart
from procurement.calloffs.bids.queries.sealed import ANSWER, PRICE, context, data_key, digest_of
from procurement.calloffs.bids.services.drafting import SEALED_MEDIA_TYPE, ensure_key
from procurement.calloffs.drafting.models import CallOff, Invitation, Lot
from procurement.calloffs.drafting.types import Envelope
from tests.calloffs import make_competition

LOTS = 3
WORDS = 600
FILE = b"%PDF-1.7 " + random.Random(23).randbytes(20_000)


@dataclass(frozen=True)
class Bidder:
    """A signed-in supplier whose bids are complete: its cookie, its token, its bids' public identifiers."""

    cookie: str
    token: str
    bids: tuple[str, ...]

    def click(self, bid: str, after: float) -> Click:
        """Pressing *submit* on the page that checks a bid."""
        return Click(after, f"/bids/{bid}/check", self.cookie, urlencode({"csrf_token": self.token}).encode())


def bidders(app: Flask, count: int) -> tuple[int, list[Bidder]]:
    """A published call-off (its key) of three lots, and suppliers signed in whose three bids are complete."""
    call_off = make_competition(db.session, suppliers=0, lots=LOTS).call_off
    for criterion in call_off.criteria:
        criterion.question.word_limit = 2 * WORDS
    keys = {}
    for envelope in Envelope:
        ensure_key(db.session, call_off, envelope, clock.now())
        keys[envelope] = data_key(db.session, call_off, envelope)
    people = [_person(number) for number in range(count)]
    db.session.add_all(people)
    db.session.flush()
    found = []
    for person in people:
        supplier = person.memberships[0].organisation
        bids = [_bid(call_off, lot, supplier, person, keys) for lot in call_off.lots]
        found.append(Bidder(*_signed_in(app, person), tuple(bid.public_id for bid in bids)))
    db.session.flush()
    return call_off.id, found


def _person(number: int) -> Person:
    """Somebody who may submit for a supplier of their own, with an invented name."""
    now = clock.now()
    supplier = Organisation(
        public_id=new_public_id("OR"),
        kind=OrganisationKind.SUPPLIER,
        name=f"Example bidder {number}",
        created_at=now,
    )
    return Person(
        public_id=new_public_id("PE"),
        name=f"Example Bidder {number}",
        email=f"{secrets.token_hex(8)}@example.test",
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
        memberships=[
            Membership(organisation=supplier, role="supplier-administrator", valid_from=date(2020, 1, 1))
        ],
    )


def _bid(
    call_off: CallOff, lot: Lot, supplier: Organisation, person: Person, keys: dict[Envelope, bytes]
) -> Bid:
    """A complete bid with a file, for a lot that its supplier is invited to."""
    now = clock.now()
    bid = Bid(public_id=new_public_id("BD"), lot=lot, supplier=supplier, created_at=now, changed_at=now)
    bid.parts = [
        BidPart(
            envelope=envelope,
            field=field,
            ciphertext=seal(keys[envelope], written.encode(), context(bid, envelope, field)),
            changed_at=now,
        )
        for envelope, field, written in _written(call_off, lot)
    ]
    quality = keys[Envelope.QUALITY]
    facts = {"name": "plan.pdf", "media_type": "application/pdf", "sha256": digest_of(FILE)}
    document = store(
        db.session,
        actor=Actor(person.id, supplier.id, supplier.kind.value),
        now=now,
        name="sealed",
        media_type=SEALED_MEDIA_TYPE,
        content=seal(quality, FILE, context(bid, Envelope.QUALITY, "file")),
    )
    bid.files = [
        BidFile(
            public_id=new_public_id("BF"),
            envelope=Envelope.QUALITY,
            document=document,
            sealed_name=seal(quality, canonical(facts), context(bid, Envelope.QUALITY, "file-name")),
            size=len(FILE),
            created_at=now,
        )
    ]
    db.session.add_all([bid, Invitation(lot=lot, supplier=supplier, invited=True, reasons=[], at=now)])
    return bid


def _written(call_off: CallOff, lot: Lot) -> Iterator[tuple[Envelope, str, str]]:
    text = " ".join(["word"] * WORDS)
    for criterion in call_off.criteria:
        yield Envelope.QUALITY, f"{ANSWER}{criterion.question_id}", text
    for volume in lot.volumes:
        yield Envelope.PRICE, f"{PRICE}{volume.need_area.code}:{volume.complexity}", "412.50"


def _signed_in(app: Flask, person: Person) -> tuple[str, str]:
    """The cookie and the form's token of a browser in which the person has signed in."""
    with app.test_request_context():
        g.pop("csrf_token", None)  # The form library keeps the token of the visitor before.
        session.update(
            {
                "_user_id": person.fs_uniquifier,
                "_fresh": True,
                "fs_cc": "set",
                "identity.id": person.fs_uniquifier,
            }
        )
        token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # ty: ignore[missing-attribute]
        return signer.dumps(dict(session)), token
