"""Compiles requirements/*.in into *.txt: exact versions with hashes, no addresses of any package index."""

import subprocess

from deploy.paths import BIN, ROOT

FOLDER = ROOT / "requirements"
IMAGES = ("base", "identity", "documents", "gateway", "otel")
OPTIONS = ("--quiet", "--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-emit-index-url")


def lock() -> int:
    """compile requirements/*.txt anew from *.in"""
    _compile("dev")
    _compile("node")
    for image in IMAGES:
        _compile(image, "--constraints=dev.txt")  # what runs is what was tested
    return 0


def _compile(name: str, *more: str) -> None:
    print(f"requirements/{name}.txt", flush=True)
    command = [str(BIN / "uv"), "pip", "compile", *OPTIONS, *more, f"{name}.in", "-o", f"{name}.txt"]
    subprocess.run(command, cwd=FOLDER, check=True)
