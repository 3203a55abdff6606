"""The closing line of `make test` counts what really ran."""

import pytest

from deploy import suites

PASSING = "def test_one():\n    assert True\n"
FAILING = "def test_two():\n    assert False\n"
SKIPPED = "import pytest\n\n\ndef test_three():\n    pytest.skip('no engine here')\n"
BROKEN = "import nothing_of_that_name\n"


pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Writes test files, runs them as suites, answers with the exit code and what was printed."""
    monkeypatch.setattr(suites, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(suites, "ROOT", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")

    def go(*contents, forgiving=True):
        chosen = []
        for number, content in enumerate(contents):
            folder = tmp_path / f"part{number}"
            folder.mkdir()
            (folder / "test_it.py").write_text(content)
            chosen.append(suites.Suite(folder.name, folder.name))
        return suites.run(chosen, forgiving=forgiving), capsys.readouterr().out

    return go


def test_what_passes_is_counted_over_all_parts(run):
    code, said = run(PASSING, PASSING, PASSING)

    assert code == 0
    assert said.splitlines()[-1] == "total: 3 passed, 0 failed"


def test_one_failure_fails_the_run_and_is_shown(run):
    code, said = run(PASSING, FAILING)

    assert code == 1
    assert "assert False" in said
    assert said.splitlines()[-1] == "total: 1 passed, 1 failed"


def test_a_part_that_breaks_before_its_tests_is_a_failure(run):
    code, said = run(PASSING, BROKEN)

    assert code == 1
    assert said.splitlines()[-1] == "total: 1 passed, 1 failed"


@pytest.mark.parametrize(("forgiving", "expected"), [(True, 0), (False, 1)])
def test_what_did_not_run_is_named_and_fails_only_in_ci(run, forgiving, expected):
    code, said = run(PASSING, SKIPPED, forgiving=forgiving)

    assert code == expected
    assert "test_three: no engine here" in said
    assert said.splitlines()[-1] == "total: 1 passed, 0 failed, 1 skipped"


def test_a_run_without_any_test_is_no_success(run):
    code, _ = run("x = 1\n")

    assert code == 1
