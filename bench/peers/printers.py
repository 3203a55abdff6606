"""`python -m bench.peers.printers ours|weasyprint FILE TIMES`: prints the example report again and again; says time and memory."""

import copy
import json
import sys
import time
from collections.abc import Callable
from html import escape
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from deploy.paths import ROOT

URL = "http://127.0.0.1:8080/verifikasi/7K2M-9QXD-41TB"
CONTENT = json.loads((ROOT / "contracts" / "calls" / "testing.report_content.json").read_text())
OFFICE = json.loads((ROOT / "contracts" / "events" / "identity.office.changed.json").read_text())["data"]["office"]
COLUMNS = ("parameter", "unit", "result", "uncertainty", "limit", "method", "note")


def ours() -> Callable[[], bytes]:
    from svc_documents.documents.printer import print_document
    from svc_documents.documents.registry import KINDS
    from svc_documents.office import Office

    kind, office = KINDS["test_report"], Office.of(OFFICE)

    def make() -> bytes:
        content = kind.content().load(copy.deepcopy(CONTENT))
        return print_document(kind, content, office=office, verify_url=URL, zone="Asia/Pontianak")

    return make


def weasyprint() -> Callable[[], bytes]:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    folder = files("font_source_sans_pro") / "files"
    faces = "".join(
        f"@font-face {{ font-family: Body; font-weight: {weight}; src: url(file://{folder}/SourceSansPro-{name}.ttf) }}\n"
        for weight, name in ((400, "Regular"), (600, "Semibold"))
    )
    style = weasyprint.CSS(
        string=faces
        + "@page { size: A4; margin: 18mm; @bottom-right { content: 'Halaman ' counter(page) ' dari ' counter(pages) } }"
        " body { font: 9.5pt Body } h1, th { font-weight: 600 } table { width: 100%; border-collapse: collapse }"
        " td, th { border: 0.4pt solid #888; padding: 1.2mm; text-align: left } svg { width: 24mm }",
        font_config=configuration,
    )

    def make() -> bytes:
        return bytes(weasyprint.HTML(string=_html()).write_pdf(stylesheets=[style], font_config=configuration))

    return make


def _html() -> str:
    mark = BytesIO()
    segno.make(URL, error="m").save(mark, kind="svg", xmldecl=False, omitsize=True)
    samples = "".join(_sample(sample) for sample in CONTENT["samples"])
    notes = "".join(f"<p>{escape(note)}</p>" for note in [CONTENT["decision_rule"], *CONTENT["notes"]])
    return (
        f"<html lang=id><title>{escape(CONTENT['title'])}</title><h3>{escape(OFFICE['name'])}</h3>"
        f"<h1>{escape(CONTENT['title'])}</h1><p>Nomor: {escape(CONTENT['number'])}</p>{_facts(CONTENT['customer'])}"
        f"{samples}{notes}{_facts(CONTENT['authoriser'])}{mark.getvalue().decode()}<p>{URL}</p></html>"
    )


def _sample(sample: dict[str, Any]) -> str:
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(result[name] or '–'))}</td>" for name in COLUMNS) + "</tr>"
        for result in sample["results"]
    )
    facts = {name: value for name, value in sample.items() if isinstance(value, str)}
    return f"{_facts(facts)}<table><thead><tr>{head}</tr></thead>{rows}</table>"


def _facts(facts: dict[str, str]) -> str:
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(str(value))}</td></tr>" for name, value in facts.items())
    return f"<table>{rows}</table>"


def main(name: str, file: str, times: int) -> None:
    make = {"ours": ours, "weasyprint": weasyprint}[name]()
    Path(file).write_bytes(make())  # fonts are read and cached once by every process that lives on
    began = time.process_time()
    for _ in range(times):
        content = make()
    seconds = time.process_time() - began
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(json.dumps({"ms": seconds / times * 1000, "mb": int(peak.split()[1]) / 1024, "kb": len(content) / 1024}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
