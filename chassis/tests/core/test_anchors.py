"""A history that was tampered with is found out without any service, by `deploy/verify_history.py`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import uuid
from importlib import import_module

import pytest
import rfc8785
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from chassis import anchors, history, keys
from chassis.auth import Principal
from chassis.db import atomic, db, new_id
from chassis.history import History
from deploy import verify_history
from deploy.paths import ROOT
from tests.core.engines import BOTH, POSTGRESQL

WHO = Principal(id="petugas", name="Siti Contoh", roles=frozenset({"clerk", "admin"}), ip="127.0.0.1", request_id="r1")
TAMPERINGS = 1_000


@pytest.fixture
def kept(app, tmp_path, monkeypatch):
    """Six chains of five to nine rows, anchored three times while they grew."""
    monkeypatch.setitem(app.config, "ANCHOR_DIR", str(tmp_path / "anchors"))
    with app.app_context():
        roots = [new_id() for _ in range(6)]
        for _ in range(3):
            for number, root in enumerate(roots):
                grow(root, 1 + (number % 3))
            anchors.anchor()
        yield app


@atomic
def grow(root, rows):
    for step in range(rows):
        history.record(root, "library.loan", root, f"act{step}", WHO, from_status="a", to_status="b", note="Catatan ±½")


def read_anchors(app):
    return (anchors.Path(app.config["ANCHOR_DIR"]) / "svc-library.jsonl").read_text().splitlines()


def public_keys(app):
    return verify_history.read_keys([anchors.Path(app.config["TRUST_DIR"]) / "svc-library.json"])


def faults(app, *, lines=None, anchored=None):
    found, chains, _ = verify_history.chain_faults(list(anchors.export()) if lines is None else lines)
    anchored = read_anchors(app) if anchored is None else anchored
    return found + verify_history.anchor_faults(anchored, public_keys(app), chains)


@BOTH
def test_an_untouched_history_has_no_fault(kept):
    assert len(list(anchors.export())) == 36
    assert len(read_anchors(kept)) == 3
    assert faults(kept) == []


@BOTH
def test_an_anchor_holds_what_grew_since_the_last(kept):
    last = json.loads(read_anchors(kept)[-1])

    assert anchors.anchor() == 0, "nothing new, no line"
    grow(uuid.UUID(next(iter(last["heads"]))), 2)
    assert anchors.anchor() == 1
    assert faults(kept) == []


def test_erasing_the_private_part_keeps_the_chain_whole(kept):
    with atomic():
        db.session.execute(sa.update(History).values(private=None))

    _, _, erased = verify_history.chain_faults(anchors.export())
    assert (faults(kept), erased) == ([], 36)


def test_a_line_that_a_dying_writer_left_half_written_is_forgotten(kept):
    path = anchors.Path(kept.config["ANCHOR_DIR"]) / "svc-library.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"service":"svc-lib')
    grow(new_id(), 1)

    assert anchors.anchor() == 1
    assert path.read_bytes().startswith(whole + b'{"')
    assert faults(kept) == []


@pytest.fixture
def service_role(app, kept):
    """The service's database under the roles of an installation: one owns the tables, one serves."""
    name, url = f"zc_role_{uuid.uuid4().hex[:8]}", db.engine.url
    with db.engine.connect() as connection:
        for statement in (
            f"CREATE ROLE {name} LOGIN",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            import_module("chassis.migrations.versions.0003_let_nobody_change_history").APPEND_ONLY,
        ):
            connection.execute(sa.text(statement))
        connection.commit()
    engine = sa.create_engine(url.set(username=name))
    yield engine
    engine.dispose()
    with db.engine.connect() as connection:
        connection.execute(sa.text(f"DROP OWNED BY {name}"))
        connection.execute(sa.text(f"DROP ROLE {name}"))
        connection.commit()


ROW = "(SELECT id FROM history ORDER BY id LIMIT 1)"
COPIED = ", ".join(column.name for column in History.__table__.columns if column.name not in ("id", "seq"))


@POSTGRESQL
@pytest.mark.parametrize(
    ("statement", "is_allowed"),
    [
        ("SELECT count(*) FROM history", True),
        (
            f"INSERT INTO history (id, seq, {COPIED}) SELECT gen_random_uuid(), 99, {COPIED} FROM history WHERE id = {ROW}",
            True,
        ),
        (f"UPDATE history SET private = NULL WHERE id = {ROW}", True),
        (f"SELECT 1 FROM history WHERE id = {ROW} FOR UPDATE", True),
        ("DELETE FROM series", True),
        (f"UPDATE history SET actor_id = 'lain' WHERE id = {ROW}", False),
        (f"UPDATE history SET private = NULL, hash = 'x' WHERE id = {ROW}", False),
        (f"DELETE FROM history WHERE id = {ROW}", False),
        ("TRUNCATE history", False),
    ],
)
def test_the_services_role_may_only_add_and_read(service_role, statement, is_allowed):
    with service_role.connect() as connection:
        if is_allowed:
            connection.execute(sa.text(statement))
        else:
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.execute(sa.text(statement))


# --- somebody who may write to the table


def some_row(chance):
    return chance.choice(db.session.execute(sa.select(History.__table__)).mappings().all())


def chain_of(row):
    table = History.__table__
    query = sa.select(table).where(table.c.root_id == row["root_id"]).order_by(table.c.seq)
    return [dict(one) for one in db.session.execute(query).mappings()]


def write(rows):
    """Replace these rows' chain, as somebody with all rights would."""
    table = History.__table__
    db.session.execute(sa.delete(table).where(table.c.root_id == rows[0]["root_id"]))
    db.session.execute(sa.insert(table), rows)


def rehash(rows):
    """The clever ones compute all hashes anew."""
    previous = history.GENESIS
    for seq, row in enumerate(rows, start=1):
        row |= {"seq": seq, "previous_hash": previous}
        row["hash"] = previous = history.link(History(**row))
    return rows


def forged(row):
    return {**row, "id": new_id(), "transition": "forged"}


def change(chance):
    row = some_row(chance)
    name = chance.choice([column.name for column in History.__table__.columns if column.name not in ("root_id", "seq")])
    value = row[name]
    other = {
        "id": new_id,
        "thing_id": new_id,
        "version": lambda: value + 1,
        "at": lambda: value.replace(microsecond=(value.microsecond + 1) % 1_000_000),
        "private": lambda: {**value, "note": "lain"},
    }.get(
        name, lambda: f"{value or ''}x"[-16:] if name not in ("hash", "previous_hash", "private_digest") else "f" * 64
    )
    db.session.execute(sa.update(History).where(History.id == row["id"]).values({name: other()}))


def move_to_another_chain(chance):
    row = some_row(chance)
    db.session.execute(sa.update(History).where(History.id == row["id"]).values(root_id=new_id()))


def delete(chance):
    db.session.execute(sa.delete(History).where(History.id == some_row(chance)["id"]))


def delete_and_close_the_gap(chance):
    rows = chain_of(some_row(chance))
    rows.pop(chance.randrange(len(rows)))
    write(rehash(rows))


def cut_the_tail(chance):
    row = some_row(chance)
    gone = sa.delete(History).where(History.root_id == row["root_id"], History.seq >= row["seq"])
    db.session.execute(gone)


def insert(chance):
    rows = chain_of(some_row(chance))
    at = chance.randrange(len(rows))
    rows.insert(at, forged(rows[at]))
    write(rehash(rows))


def insert_without_care(chance):
    rows = chain_of(some_row(chance))
    db.session.execute(sa.insert(History.__table__), [{**forged(rows[-1]), "seq": len(rows) + 1}])


def swap(chance):
    rows = chain_of(some_row(chance))
    one, other = chance.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    for seq, row in enumerate(rows, start=1):
        row["seq"] = seq
    write(rows if chance.random() < 0.5 else rehash(rows))


def rewrite_from_a_row_on(chance):
    rows = chain_of(some_row(chance))
    rows[chance.randrange(len(rows))]["actor_id"] = "somebody-else"
    write(rehash(rows))


IN_THE_DATABASE = [
    change,
    change,
    change,
    move_to_another_chain,
    delete,
    delete_and_close_the_gap,
    cut_the_tail,
    insert,
    insert_without_care,
    swap,
    rewrite_from_a_row_on,
]


@pytest.mark.slow
@BOTH
def test_a_thousand_tamperings_are_found(kept):
    chance = random.Random(9)
    missed = []
    for number in range(TAMPERINGS):
        tamper = chance.choice(IN_THE_DATABASE)
        tamper(chance)
        if not faults(kept):
            missed.append((number, tamper.__name__))
        db.session.rollback()

    assert missed == []
    assert faults(kept) == [], "the last one was undone"


def other_number(line, _):
    return line | {"heads": {root: [seq, "0" * 64] for root, (seq, _) in line["heads"].items()}}


def other_time(line, _):
    return line | {"at": "2020-01-01T00:00:00+00:00"}


def signed_by_another(line, tmp_path):
    stranger = keys.Signer.from_file("svc-library", keys.generate("svc-library", tmp_path / "stranger"))
    unsigned = {name: value for name, value in line.items() if name != "signature"}
    return unsigned | {"signature": stranger.sign_bytes(rfc8785.dumps(unsigned))}


@pytest.mark.parametrize("tamper", [other_number, other_time, signed_by_another])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_changed_anchor_is_found(kept, tmp_path, tamper, number):
    lines = read_anchors(kept)
    lines[number] = json.dumps(tamper(json.loads(lines[number]), tmp_path))

    assert any(f"anchor {number + 1}" in fault for fault in faults(kept, anchored=lines))


@pytest.mark.parametrize("chosen", [(1, 2), (0, 2), (0, 2, 1), (0, 0, 1, 2)], ids=str)
def test_anchors_that_are_missing_moved_or_doubled_are_found(kept, chosen):
    lines = read_anchors(kept)

    assert faults(kept, anchored=[lines[number] for number in chosen])


@pytest.mark.parametrize("line", ["", "{}", "[]", "7", "null", '{"id":1}', "x"])
def test_lines_that_are_no_rows_are_faults(kept, line):
    lines = list(anchors.export())

    assert faults(kept, lines=[*lines, line]) == [f"line {len(lines) + 1} is no row of a history"]
    assert faults(kept, anchored=[*read_anchors(kept), line]) == ["anchor 4: is none"]


def test_the_verifier_needs_nothing_but_python(kept, tmp_path):
    export = tmp_path / "history.jsonl"
    export.write_text("\n".join(anchors.export()) + "\n")
    command = [
        *(sys.executable, "-I", "-S", ROOT / "deploy" / "verify_history.py", export),
        *("--anchors", anchors.Path(kept.config["ANCHOR_DIR"]) / "svc-library.jsonl"),
        *("--keys", anchors.Path(kept.config["TRUST_DIR"]) / "svc-library.json"),
    ]
    whole = subprocess.run(command, capture_output=True, text=True, check=False)
    export.write_text(export.read_text().replace('"petugas"', '"orang-lain"', 1))
    changed = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (whole.returncode, whole.stdout) == (0, "36 rows in 6 chains, 0 erased in part, 3 anchors: 0 faults\n")
    assert changed.returncode == 1
    assert "row 1: was changed" in changed.stdout


def test_the_commands_export_and_anchor(kept):
    runner = kept.test_cli_runner()
    grow(new_id(), 1)

    assert runner.invoke(args=["history", "anchor"]).output == "1 heads\n"
    assert len(runner.invoke(args=["history", "export"]).output.splitlines()) == 37


def test_without_a_place_for_anchors_the_command_says_so(app):
    assert "ANCHOR_DIR is not set" in app.test_cli_runner().invoke(args=["history", "anchor"]).output


TEXTS = st.text(st.characters(blacklist_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz_-0189", max_size=6), inner, max_size=4),
)


@given(VALUES)
def test_the_few_lines_of_canonical_json_are_rfc_8785(value):
    assert verify_history.canonical(value) == rfc8785.dumps(value)


@given(st.binary(max_size=200), st.integers(0, 63), st.integers(0, 7))
def test_the_plain_signature_check_agrees_with_the_library(content, at, bit):
    signer = _SIGNER
    signature = verify_history.base64.urlsafe_b64decode(signer.sign_bytes(content) + "==")
    public = verify_history.base64.urlsafe_b64decode(signer.public_set()["keys"][0]["x"] + "==")
    broken = bytearray(signature)
    broken[at] ^= 1 << bit

    assert verify_history.is_signature(public, content, signature)
    assert not verify_history.is_signature(public, content, bytes(broken))


_SIGNER = keys.Signer("svc-library", keys.OKPKey.generate_key("Ed25519", parameters={"kid": "one"}, private=True))
