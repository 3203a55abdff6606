import os
import uuid
from pathlib import Path

import pytest

from chassis.db import atomic, db
from svc_documents.files import rules
from svc_documents.models import File
from svc_documents.storage import storage


def age(app, key, days=2):
    path = Path(app.config["FILES_DIR"]) / key[:2] / key
    then = path.stat().st_mtime - days * 86_400
    os.utime(path, (then, then))
    return path


def test_a_key_is_never_written_twice(context):
    first, second = storage().put(b"a"), storage().put(b"a")

    assert first.key != second.key
    assert first.sha256 == second.sha256
    assert b"".join(storage().read(first.key)) == b"a"


def test_what_no_row_names_is_swept_after_a_day(context):
    lost, kept, fresh = (storage().put(content) for content in (b"hilang", b"tersimpan", b"baru"))
    with atomic():
        facts = {"name": "a.pdf", "media_type": "application/pdf", "size": 9, "sha256": kept.sha256}
        db.session.add(File(**facts, original_sha256=kept.sha256, storage_key=kept.key, uploaded_by=str(uuid.uuid4())))
    age(context, kept.key)
    gone = age(context, lost.key)

    rules.sweep()

    assert not gone.exists()
    assert b"".join(storage().read(kept.key)) == b"tersimpan"
    assert b"".join(storage().read(fresh.key)) == b"baru"


def test_half_written_bytes_are_swept_too(context):
    path = Path(context.config["FILES_DIR"]) / "ab" / "abc.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"setengah")
    os.utime(path, (0, 0))

    rules.sweep()

    assert not path.exists()


def test_a_file_has_one_origin(context):
    facts = {"name": "a", "media_type": "a", "size": 1, "sha256": "a", "original_sha256": "a", "storage_key": "k"}

    with pytest.raises(Exception, match="ck_files_origin"), atomic():
        db.session.add(File(**facts))
        db.session.flush()
