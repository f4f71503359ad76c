"""Reading an answer: what a cell of the coverage matrix says first, and how its gap divides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CoverWord(StrEnum):
    NOBODY = "nobody"
    REFER = "refer"
    MET = "met"
    CONTRACT_GAP = "contract_gap"
    ADMISSION_GAP = "admission_gap"
    MARKET_GAP = "market_gap"


@dataclass(frozen=True, slots=True)
class CellReading:
    """A cell in whole people a year: who need the service, who are referred elsewhere, and the five parts."""

    people: int
    referred: int
    by_contract: int
    by_member_offer: int
    by_other_offer: int
    by_partner: int = 0

    @property
    def wanted(self) -> int:
        """People whom a service should meet: all but those referred to an accredited programme."""
        return self.people - self.referred

    @property
    def unmet(self) -> int:
        """Market gap: nobody offers it."""
        return self.not_contracted - self.by_member_offer - self.by_other_offer

    @property
    def not_contracted(self) -> int:
        """The whole gap: people whom neither a contract nor a partner agency meets."""
        return self.wanted - self.by_contract - self.by_partner

    @property
    def word(self) -> CoverWord:
        """The largest part of the gap names it; of equal parts the one that is easier to close."""
        if self.wanted == 0:
            return CoverWord.REFER if self.referred else CoverWord.NOBODY
        if self.not_contracted == 0:
            return CoverWord.MET
        parts = (
            (self.by_member_offer, CoverWord.CONTRACT_GAP),
            (self.by_other_offer, CoverWord.ADMISSION_GAP),
            (self.unmet, CoverWord.MARKET_GAP),
        )
        return max(parts, key=lambda part: part[0])[1]
