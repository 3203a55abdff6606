"""The office as it stands on letterheads."""

from dataclasses import dataclass
from typing import Any

from chassis import phones


@dataclass(frozen=True)
class Office:
    name: str
    unit: str = ""
    agency: str = ""
    address: str = ""
    city: str = ""
    postal_code: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    accreditation_number: str = ""
    report_notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Office":
        known: dict[str, Any] = {name: facts[name] for name in cls.__dataclass_fields__ if facts.get(name)}
        return cls(**{**known, "report_notes": tuple(known.get("report_notes", ()))})

    @property
    def address_line(self) -> str:
        place = " ".join(part for part in (self.city, self.postal_code) if part)
        return ", ".join(part for part in (self.address, place) if part)

    @property
    def contact_line(self) -> str:
        parts = (("Telepon", phones.grouped(self.phone)), ("Surel", self.email), ("Laman", self.website))
        return "   ".join(f"{label}: {value}" for label, value in parts if value)
