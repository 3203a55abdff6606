"""One page of a PDF, or an image, as a picture that any browser shows."""

from pathlib import Path

import pypdfium2
from PIL import Image

WIDTH, TALLEST = 1100, 3300


def draw(source: Path, target: Path, media_type: str, number: int) -> dict[str, int]:
    """Write page `number` (from 1; none for 0) to `target` as PNG and tell how many pages there are."""
    if media_type == "application/pdf":
        return _draw_page(source, target, number)
    if number:
        with Image.open(source) as image:
            image.thumbnail((WIDTH, TALLEST))
            image.save(target, format="PNG")
    return {"pages": 1}


def _draw_page(source: Path, target: Path, number: int) -> dict[str, int]:
    with pypdfium2.PdfDocument(source) as pdf:
        if 0 < number <= len(pdf):
            page = pdf[number - 1]
            scale = min(WIDTH / page.get_width(), TALLEST / page.get_height())
            page.render(scale=scale).to_pil().save(target, format="PNG")
        return {"pages": len(pdf)}
