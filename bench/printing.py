"""The test report as PDF with embedded fonts: time and memory against the same content in WeasyPrint."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.measure import ROUNDS, Report, alternate
from deploy.paths import PYTHON, ROOT

TIMES = 8


def main(folder: Path) -> Report:
    report = Report("printing")
    _install()
    sides = {name: lambda peer=name: _child(peer, folder) for name in ("ours", "weasyprint")}
    found = alternate(sides, ROUNDS)
    ours, theirs = found["ours"], found["weasyprint"]
    for name, side in found.items():
        report.note(
            f"{name:<10} {side['ms']:7.1f} ms CPU  {side['mb']:6.1f} MB at most  {side['kb']:5.0f} kB, {side['pages']:.0f} pages"
        )
    report.goal("test report, WeasyPrint / ours, CPU", theirs["ms"] / ours["ms"], 15, at_least=True)
    report.goal("test report, memory ours / WeasyPrint", ours["mb"] / theirs["mb"], 0.6)
    report.note("signing against stock pyHanko: not built")
    return report


def _child(name: str, folder: Path) -> dict[str, float]:
    command = [str(PYTHON), "-m", "bench.peers.printers", name, str(folder / f"{name}.pdf"), str(TIMES)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    fonts = subprocess.run(["pdffonts", str(folder / f"{name}.pdf")], capture_output=True, text=True, check=True).stdout
    embedded = [line.split()[-5] for line in fonts.splitlines()[2:]]
    if not embedded or set(embedded) != {"yes"}:
        raise RuntimeError(f"{name}: fonts are not embedded:\n{fonts}")
    pages = subprocess.run(["pdfinfo", str(folder / f"{name}.pdf")], capture_output=True, text=True, check=True).stdout
    return {**found, "pages": float(pages.split("Pages:")[1].split()[0])}


def _install() -> None:
    """The peer is no part of the product: it comes when somebody measures."""
    probe = subprocess.run([str(PYTHON), "-c", "import weasyprint"], capture_output=True, check=False)
    if probe.returncode:
        print("installing the packages of requirements/bench.in", flush=True)
        wanted = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements/bench.in"]
        if subprocess.run([str(PYTHON), *wanted], cwd=ROOT, check=False).returncode:
            sys.exit("WeasyPrint cannot be installed; on Debian it also needs libpango-1.0-0 and libpangoft2-1.0-0")
