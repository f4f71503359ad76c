"""Checks a Throughgate receipt offline, with Python's standard library alone: no database, no network.

    python verify_receipt.py RECEIPT.json [--list FINGERPRINTS.json] [--file ATTACHMENT …]

A receipt holds the bid as it was submitted, a random salt, and the fingerprint that was published when bids
were opened: SHA-256 of the salt followed by the bid in its one canonical spelling (JSON, keys sorted, no
spaces, UTF-8).
Exits 0 when everything given agrees, 1 when something does not, 2 when a file cannot be read.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

RECEIPT = "throughgate-receipt-1"
FINGERPRINTS = "throughgate-fingerprints-1"


def canonical(value: object) -> bytes:
    """The one spelling of a bid."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def problems_of(receipt: dict, listed: dict | None, attachments: list[Path]) -> list[str]:
    """What does not agree, in words; empty when everything does."""
    if receipt.get("format") != RECEIPT:
        return ["this is not a receipt in a format that this script knows"]
    bid = receipt["bid"]
    problems = []
    for key in ("call_off", "lot", "supplier"):
        if bid[key] != receipt[key]:
            problems.append(f"the receipt says {key} {receipt[key]}, its bid says {bid[key]}")
    computed = hashlib.sha256(bytes.fromhex(receipt["salt"]) + canonical(bid)).hexdigest()
    if computed != receipt["fingerprint"]:
        problems.append(f"the bid has the fingerprint {computed}, not the one on the receipt")
    if listed is not None:
        problems.extend(_list_problems(receipt, listed))
    known = {file["sha256"]: file["name"] for file in bid["quality"]["files"]}
    for path in attachments:
        if hashlib.sha256(path.read_bytes()).hexdigest() not in known:
            problems.append(f"{path.name} is not among the files of the bid")
    return problems


def _list_problems(receipt: dict, listed: dict) -> list[str]:
    if listed.get("format") != FINGERPRINTS:
        return ["the list is not a list of fingerprints in a format that this script knows"]
    if listed["call_off"] != receipt["call_off"]:
        return [f"the list is of {listed['call_off']}, the receipt of {receipt['call_off']}"]
    for entry in listed["fingerprints"]:
        if entry["fingerprint"] == receipt["fingerprint"]:
            if (entry["lot"], entry["received_at"]) == (receipt["lot"], receipt["received_at"]):
                return []
            return ["the list has the fingerprint with another lot or another time of receipt"]
    return ["the fingerprint is not in the list: replaced by a later submission, or withdrawn"]


def main(arguments: list[str] | None = None) -> int:
    """Check what the command line names and print what was found."""
    parser = argparse.ArgumentParser(description="Check a Throughgate receipt offline.")
    parser.add_argument("receipt", type=Path, help="the receipt as downloaded (JSON)")
    parser.add_argument("--list", type=Path, help="the published list of fingerprints (JSON)")
    parser.add_argument("--file", type=Path, action="append", default=[], help="an attachment to compare")
    given = parser.parse_args(arguments)
    try:
        receipt = json.loads(given.receipt.read_text(encoding="utf-8"))
        listed = json.loads(given.list.read_text(encoding="utf-8")) if given.list else None
        problems = problems_of(receipt, listed, given.file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(f"cannot be read: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 2
    for problem in problems:
        print(f"WRONG: {problem}")
    if problems:
        return 1
    print(f"Right: submission {receipt['submission']} for lot {receipt['lot']} of {receipt['call_off']}")
    print(f"  received    {receipt['received_at']}")
    print(f"  fingerprint {receipt['fingerprint']}")
    if listed is not None:
        print("  in the published list of fingerprints")
    return 0


if __name__ == "__main__":
    sys.exit(main())
