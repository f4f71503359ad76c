"""Reading for bulk work: uploads and their reports, a supplier's offers whole, and the lists of the workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.bulk.models import BulkProblem, BulkRow, BulkUpload, OfferReference
from catalogue.bulk.rules.cells import Choices, choices
from catalogue.bulk.rules.contents import enum_words
from catalogue.bulk.rules.planning import Surroundings
from catalogue.bulk.types import HeldOffer
from catalogue.offers.models import Offer, OfferVersion
from catalogue.offers.queries import content_of
from catalogue.offers.queries.versions import whole_version
from catalogue.offers.rules.states import OPEN, STANDING
from catalogue.offers.types import (
    DeliveryMode,
    ItemResponse,
    OfferContent,
    OfferFacts,
    OfferState,
    SpecifiedLevel,
)
from catalogue.reference import queries as reference
from catalogue.reference.models import NeedArea, Outcome, SpecificationItem
from catalogue.reference.rules.places import exists_on
from catalogue.reference.types import Complexity
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
