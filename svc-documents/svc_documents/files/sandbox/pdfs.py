"""PDFs are written anew: what runs, launches, or is hidden inside does not survive."""

from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from .sentences import PDF_BROKEN, PDF_ENCRYPTED, PDF_TOO_LONG
from .verdict import Refused

MAX_PAGES = 2_000

ROOT_KEYS = ("/OpenAction", "/AA", "/AF", "/Collection", "/Requirements", "/SpiderInfo")
HIDDEN_NAMES = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations")
HARMLESS_ACTIONS = ("/GoTo", "/URI", "/Named")
ACTIVE_ANNOTATIONS = ("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D")


def clean(source: Path, target: Path, _media_type: str) -> None:
    try:
        with Pdf.open(source, suppress_warnings=True) as document:
            if document.is_encrypted:
                raise Refused(PDF_ENCRYPTED)
            _strip(document)
            document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    except pikepdf.PasswordError as error:
        raise Refused(PDF_ENCRYPTED) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused(PDF_BROKEN) from error


def _strip(document: Pdf) -> None:
    if not 1 <= len(document.pages) <= MAX_PAGES:
        raise Refused(PDF_TOO_LONG if document.pages else PDF_BROKEN)
    root = document.Root
    _drop(root, ROOT_KEYS)
    if Name.Names in root:
        _drop(root.Names, HIDDEN_NAMES)
    if Name.AcroForm in root:
        _drop(root.AcroForm, ("/XFA", "/CO"))
    for page in document.pages:
        _strip_page(page.obj)
    for thing in document.objects:
        if isinstance(thing, Dictionary | pikepdf.Stream):
            _strip_actions(thing)


def _strip_page(page: Dictionary) -> None:
    _drop(page, ("/AA", "/AF"))
    if Name.Annots in page:
        kept = [note for note in page.Annots if str(note.get("/Subtype", "")) not in ACTIVE_ANNOTATIONS]
        page.Annots = pikepdf.Array(kept)


def _strip_actions(thing: Dictionary | pikepdf.Stream) -> None:
    """Wherever an action hides: annotations, form fields, outlines, chains of /Next."""
    _drop(thing, ("/AA", "/JS", "/EF"))
    action = thing.get("/A")
    if isinstance(action, Dictionary) and not _is_harmless(action):
        del thing["/A"]
    if thing.get("/S") in (Name.JavaScript, Name.Launch):
        thing["/S"] = Name.Named
        thing["/N"] = Name.NextPage
        _drop(thing, ("/F", "/Win", "/Next"))


def _is_harmless(action: Dictionary) -> bool:
    return str(action.get("/S", "")) in HARMLESS_ACTIONS and "/Next" not in action


def _drop(thing: pikepdf.Object, names: tuple[str, ...]) -> None:
    for name in names:
        if name in thing:
            del thing[name]
