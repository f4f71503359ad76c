"""Where the real public figures and the shared gap cases lie: beside the checkout, never inside it."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("THROUGHGATE_SHARED") or Path(__file__).resolve().parents[1] / ".." / "shared")
GAP_CASES = SHARED / "data" / "gap-cases"
CONTRACT_REGISTER = SHARED / "data" / "crs_contracts.csv"
DIRECTORY_SCHEMAS = SHARED / "data" / "schemas" / "open-referral-uk"
OCDS_SCHEMAS = SHARED / "data" / "schemas" / "ocds"
