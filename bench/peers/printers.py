"""`python -m bench.peers.printers ours|weasyprint FILE TIMES`: prints the example report again and again; says time and memory."""

import json
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from bench.peers.weasy_report import STYLE
from bench.peers.weasy_report import page as report_page
from deploy.paths import ROOT
from svc_documents.office import Office

URL = "http://127.0.0.1:8080/verifikasi/7K2M-9QXD-41TB"
CONTENT = json.loads((ROOT / "contracts" / "calls" / "testing.report_content.json").read_text())
OFFICE = json.loads((ROOT / "contracts" / "events" / "identity.office.changed.json").read_text())["data"]["office"]


def ours() -> Callable[[], bytes]:
    from svc_documents.documents.printer import print_document
    from svc_documents.documents.registry import KINDS

    kind, office = KINDS["test_report"], Office.of(OFFICE)

    def make() -> bytes:
        content = kind.load(CONTENT)
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
    style = weasyprint.CSS(string=faces + STYLE, font_config=configuration)
    office = Office.of(OFFICE)

    def make() -> bytes:
        page = weasyprint.HTML(string=report_page(CONTENT, office, URL))
        return bytes(page.write_pdf(stylesheets=[style], font_config=configuration))

    return make


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
