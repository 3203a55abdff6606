from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.usefixtures("cheap_hashing")

PATH = "/api/v1/identity/me/preferences"
DONE = {"first_steps_done": ["analyst.scan"]}


@pytest.fixture
def person(office):
    return office.as_("analyst", id=office.staff())


def test_whoever_has_kept_nothing_has_no_preferences(person):
    assert person.get(PATH).json == {}


def test_keys_are_kept_one_by_one_and_forgotten_with_null(person):
    assert person.patch(PATH, json={"first_steps_closed": ["analyst"]}).status_code == 200
    assert person.patch(PATH, json=DONE).status_code == 200
    assert person.get(PATH).json == {"first_steps_closed": ["analyst"], **DONE}

    assert person.patch(PATH, json={"first_steps_closed": None}).json == DONE
    assert person.get(PATH).json == DONE


def test_nobody_reads_or_changes_another_one_s(office, person):
    person.patch(PATH, json={"first_steps_closed": ["analyst"]})
    stranger = office.as_("super_admin", id=office.staff(roles=["super_admin"]))

    assert stranger.get(PATH).json == {}
    stranger.patch(PATH, json={"first_steps_closed": []})
    assert person.get(PATH).json == {"first_steps_closed": ["analyst"]}


@pytest.mark.parametrize(
    "form",
    [
        {"roles": ["super_admin"]},
        {"first_steps_closed": ["<script>"]},
        {"first_steps_closed": "analyst"},
        {"first_steps_done": ["a" * 61]},
        {"first_steps_done": [["analyst"]]},
        {"first_steps_done": ["a"] * 501},
    ],
)
def test_an_unknown_key_or_a_bad_value_changes_nothing(person, form):
    assert person.patch(PATH, json=form).status_code == 422
    assert person.get(PATH).json == {}


def test_preferences_stay_short(person):
    long = [f"a{n:059d}" for n in range(250)]
    assert person.patch(PATH, json={"first_steps_done": long}).status_code == 200
    answer = person.patch(PATH, json={"first_steps_done": [f"b{n:059d}" for n in range(300)]})

    assert answer.status_code == 422
    assert "terlalu panjang" in answer.json["detail"]
    assert person.get(PATH).json == {"first_steps_done": long}


def test_two_changes_at_once_both_count(person):
    forms = [{"first_steps_closed": ["analyst"]}, DONE]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda form: person.patch(PATH, json=form), forms))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert person.get(PATH).json == {"first_steps_closed": ["analyst"], **DONE}
