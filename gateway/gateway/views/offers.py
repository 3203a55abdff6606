"""The acts that a representation offers, made ready for buttons."""

import re
from dataclasses import dataclass
from typing import Any

ACT = re.compile(r"^/api/v1/(?P<service>[a-z]+)/(?P<things>[a-z-]+)/(?P<id>[0-9a-f-]{36})/actions/(?P<name>[a-z_-]+)$")
TONES = ("forward", "aside", "back", "end")


@dataclass(frozen=True)
class Offer:
    name: str
    label: str
    href: str
    page: str
    fields: tuple[dict[str, Any], ...]
    tone: str = "forward"
    undo: str = ""
    confirm: str = ""
    is_bulk: bool = False

    @property
    def is_destructive(self) -> bool:
        return self.tone == "end"

    @property
    def rank(self) -> int:
        """0 leads on, 1 changes a detail, 2 leads back, 3 ends it."""
        return TONES.index(self.tone)

    @property
    def button_class(self) -> str:
        return "btn-outline-danger" if self.is_destructive else "btn-outline-secondary"


def of(thing: Any) -> list[Offer]:
    """Forward acts first, acts that throw something away last; otherwise in the order of the workflow."""
    actions = thing.get("actions") if isinstance(thing, dict) else None
    found = [_offer(action) for action in actions or () if ACT.match(action.get("href", ""))]
    return sorted(found, key=lambda offer: offer.rank)


def undoing(offer: Offer, thing: Any) -> Offer | None:
    """What takes this act back, when this person may do it on the thing as it is now."""
    return find(thing, offer.undo) if offer.undo else None


def find(thing: Any, name: str) -> Offer | None:
    return next((offer for offer in of(thing) if offer.name == name), None)


def _offer(action: dict[str, Any]) -> Offer:
    parts = ACT.match(action["href"])
    assert parts is not None
    return Offer(
        name=action["name"],
        label=action.get("label") or action["name"],
        href=action["href"],
        page=f"/tindakan/{parts['service']}/{parts['things']}/{parts['id']}/{parts['name']}",
        fields=tuple(action.get("fields") or ()),
        tone=action.get("tone") or "forward",
        undo=action.get("undo") or "",
        confirm=action.get("confirm") or "",
        is_bulk=bool(action.get("bulk")),
    )
