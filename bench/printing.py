"""The test report as PDF with embedded fonts against the same page in WeasyPrint; its seal against stock pyHanko."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
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
    _sign(report, folder)
    return report


def _sign(report: Report, folder: Path) -> None:
    """Both sides with the same kind of key; RSA is what a stock signer is slow with."""
    for algorithm in ("rsa", "ec"):
        found = alternate({name: partial(_signer, name, algorithm, folder) for name in ("ours", "stock")})
        ours, theirs = found["ours"]["ms"], found["stock"]["ms"]
        detail = f"{theirs:.1f} / {ours:.1f} ms"
        if algorithm == "rsa":
            report.goal("PAdES, RSA-2048: stock pyHanko / ours, CPU", theirs / ours, 4, at_least=True, detail=detail)
        else:
            report.note(f"PAdES, P-256 (what we seal with): stock pyHanko / ours {theirs / ours:.1f} × ({detail})")


def _signer(name: str, algorithm: str, folder: Path) -> dict[str, float]:
    command = [str(PYTHON), "-m", "bench.peers.signers", name, algorithm, str(folder / "ours.pdf"), str(folder), "20"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    shown = subprocess.run(
        ["pdfsig", str(folder / f"{name}-{algorithm}.pdf")], capture_output=True, text=True, check=False
    ).stdout
    if "Signature is Valid" not in shown:
        raise RuntimeError(f"{name}: the signature does not hold:\n{shown}")
    return found


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
