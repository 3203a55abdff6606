"""Pages to which no address leads: they answer a form that was filled in and sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "journeys" / "scan.png"


@dataclass(frozen=True)
class Answer:
    """`who` fills in what `typed` names by its selector and presses `button`; then `shows` is there."""

    who: str
    address: str
    button: str
    shows: str
    typed: dict[str, str | bool | Path] = field(default_factory=dict)


ANSWERS = {
    "what many samples can do at once": Answer(
        "pjlab",
        "/pengujian/sampel?tampilan=semua",
        ".bulk-bar button",
        ".bulk-names",
        {"#rows input[name=chosen] >> nth=0": True, "#rows input[name=chosen] >> nth=-1": True},
    ),
    "where an order is": Answer(
        "", "/lacak", "main form button[type=submit]", "main ol", {"[name=number]": "POP-1", "[name=digits]": "1111"}
    ),
    "an order that is not there": Answer(
        "", "/lacak", "main form button[type=submit]", ".error-summary", {"[name=number]": "POP-1", "[name=digits]": "0000"}
    ),
    "a file that the office did not issue": Answer(
        "", "/verifikasi", "main form[method=post] button[type=submit]", "main .alert, main .card", {"main [type=file]": PICTURE}
    ),
    "an order from the tariff": Answer(
        "pelanggan",
        "/tarif",
        "[formaction='/tarif/order']",
        "main form[method=post]",
        {"main [name=p] >> nth=0": True, "main [name=p] >> nth=1": True},
    ),
    "a sheet that is none": Answer(
        "admin", "/master/impor", "main form[enctype] button[type=submit]", ".error-summary", {"#katalog": PICTURE}
    ),
}  # fmt: skip
