"""Images are decoded and encoded again: no EXIF, no XMP, no bytes that are not picture."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from .sentences import IMAGE_BROKEN, TOO_MANY_PIXELS
from .types import JPEG, PNG, WEBP
from .verdict import Refused

MAX_PIXELS = 60_000_000
FORMATS = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP"}
SAVING: dict[str, dict[str, object]] = {
    "PNG": {"optimize": False},
    "JPEG": {"quality": 92, "subsampling": 0},
    "WEBP": {"quality": 92, "method": 3},
}
MODES = {"PNG": ("L", "RGB", "RGBA"), "JPEG": ("L", "RGB"), "WEBP": ("RGB", "RGBA")}


def clean(source: Path, target: Path, media_type: str) -> None:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    form = FORMATS[media_type]
    try:
        with warnings.catch_warnings(), Image.open(source, formats=[form]) as image:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            _check_size(image)
            _encode(image, target, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(IMAGE_BROKEN) from error


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise Refused(TOO_MANY_PIXELS)


def _encode(image: Image.Image, target: Path, form: str) -> None:
    upright = ImageOps.exif_transpose(image)
    bare = upright if upright.mode in MODES[form] else upright.convert(MODES[form][-1])
    bare.info = {}
    bare.save(target, format=form, **SAVING[form])
