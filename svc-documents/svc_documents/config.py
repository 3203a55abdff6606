from dataclasses import dataclass

from chassis.config import Settings


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    files_dir: str
    clamd_address: str = ""
