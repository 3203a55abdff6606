from dataclasses import dataclass

from chassis.config import Settings


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    """`seal_file`: key and certificate of the office's seal, certificates of earlier ones after it (PEM).
    `bsre_file`: address and account of BSrE's eSign client service (JSON)."""

    files_dir: str
    clamd_address: str = ""
    seal_file: str = ""
    bsre_file: str = ""
