"""``flask bids``: checking a receipt against the record."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from core.db import db
from procurement.calloffs.bids.queries import record_problem
from procurement.calloffs.bids.rules import receipt_problems

bids_group = AppGroup("bids", help="Sealed bids and their receipts.")

PROBLEMS = {
    "not_a_receipt": "this is not a receipt of this service",
    "bid_of_another_place": "the receipt names another call-off, lot or supplier than its bid",
    "fingerprint_differs": "the fingerprint is not that of the bid on the receipt",
    "no_submission": "there is no submission with this fingerprint",
    "submission_differs": "the submission with this fingerprint is of another bid, number or time",
    "event_differs": "the audit has no such event at the place that the receipt names",
}


@bids_group.command("verify-receipt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_receipt(file: Path) -> None:
    """Check a receipt (JSON) by itself and against the record; exits 1 where they differ."""
    try:
        receipt = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise click.ClickException(f"{file.name} cannot be read as JSON: {problem}")
    found = receipt_problems(receipt) if isinstance(receipt, dict) else ["not_a_receipt"]
    if not found:
        against = record_problem(db.session, receipt)
        found = [against] if against else []
    if found:
        raise click.ClickException("; ".join(PROBLEMS[code] for code in found))
    click.echo(
        f"right: submission {receipt['submission']} for lot {receipt['lot']} of {receipt['call_off']}, "
        f"received {receipt['received_at']}"
    )
