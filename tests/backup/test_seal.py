"""A sealed backup opens with its key, whole and as it was, or not at all."""

import pytest

from deploy.backup.seal import PIECE, SUFFIX, BadBackup, Box, make_key, read_key

KEY, OTHER = bytes(range(32)), bytes(32)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
@pytest.mark.parametrize("key", [KEY, None], ids=["sealed", "open"])
def test_what_comes_out_is_what_went_in(tmp_path, size, key):
    content = bytes(number % 251 for number in range(size))
    box = Box(tmp_path, key)
    kept = box.put("a/b", [content[:7], content[7:]])

    assert b"".join(box.get_checked("a/b", kept["sha256"])) == content
    assert kept["size"] == size


def test_nothing_of_the_content_can_be_read_without_the_key(tmp_path):
    Box(tmp_path, KEY).put("a", [b"Siti Contoh"])

    assert b"Siti" not in (tmp_path / f"a{SUFFIX}").read_bytes()
    with pytest.raises(BadBackup):
        b"".join(Box(tmp_path, OTHER).get("a"))


def flip(content):
    return content[:-1] + bytes([content[-1] ^ 1])


def cut_off_at_a_piece(content):
    return content[: len(content) - (len(content) - 26) % (PIECE + 16)]


def exchange_pieces(content):
    head, first, second = content[:26], content[26 : 26 + PIECE + 16], content[26 + PIECE + 16 : 26 + 2 * (PIECE + 16)]
    return head + second + first + content[26 + 2 * (PIECE + 16) :]


@pytest.mark.parametrize(
    "tamper", [flip, cut_off_at_a_piece, exchange_pieces, lambda content: b"", lambda content: content[:40]]
)
def test_a_changed_file_does_not_open(tmp_path, tamper):
    box, path = Box(tmp_path, KEY), tmp_path / f"a{SUFFIX}"
    box.put("a", [bytes(2 * PIECE + 5)])
    path.write_bytes(tamper(path.read_bytes()))

    with pytest.raises(BadBackup):
        b"".join(box.get("a"))


def test_files_cannot_be_exchanged(tmp_path):
    box = Box(tmp_path, KEY)
    box.put("a", [b"one"])
    (tmp_path / f"a{SUFFIX}").rename(tmp_path / f"b{SUFFIX}")

    with pytest.raises(BadBackup):
        b"".join(box.get("b"))


def test_an_open_backup_that_was_changed_is_noticed(tmp_path):
    box = Box(tmp_path, None)
    kept = box.put("a", [b"one"])
    (tmp_path / "a").write_bytes(b"two")

    with pytest.raises(BadBackup):
        b"".join(box.get_checked("a", kept["sha256"]))


def test_a_key_is_made_once_and_belongs_to_its_owner(tmp_path):
    path = tmp_path / "key"
    make_key(path)

    assert len(read_key(path)) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        make_key(path)
    path.write_text("no key")
    with pytest.raises(BadBackup):
        read_key(path)
