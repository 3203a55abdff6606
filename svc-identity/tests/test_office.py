from datetime import date, timedelta

import pytest

from chassis.db import now
from chassis.testing import example, same_shape

SOON, LATER = (now() + timedelta(days=5)).date(), (now() + timedelta(days=8)).date()


def seed(app):
    from svc_identity.commands import seed as command

    assert app.test_cli_runner().invoke(command).exit_code == 0


def test_the_calendar_is_seeded_once_with_the_years_of_the_reference(app, office, published):
    seed(app)
    seed(app)

    assert published() == ["identity.calendar.changed"] * 5
    counts = {}
    for year in range(2023, 2028):
        kinds = [day["kind"] for day in office.see(f"calendar?year={year}")["items"]]
        counts[year] = (kinds.count("national_holiday"), kinds.count("collective_leave"))
    assert counts == {2023: (16, 11), 2024: (19, 10), 2025: (17, 11), 2026: (17, 8), 2027: (18, 8)}


def test_the_days_of_2026_are_those_of_the_joint_decree(app, office):
    seed(app)
    days = office.see("calendar?year=2026")["items"]

    def of(kind):
        return " ".join(day["date"][5:] for day in days if day["kind"] == kind)

    assert of("national_holiday") == (
        "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25"
    )
    assert of("collective_leave") == "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24"


def test_working_days_of_the_reference_follow_from_the_calendar(app, office):
    seed(app)
    closed = {date.fromisoformat(day["date"]) for day in office.see("calendar?year=2023")["items"]}

    def is_working(day):
        return day.weekday() < 5 and day not in closed

    day, left = date(2023, 4, 12), 10
    while left:
        day += timedelta(days=1)
        left -= is_working(day)
    assert day == date(2023, 5, 4)
    assert sum(is_working(date(2023, 3, 24) + timedelta(days=n)) for n in range(1, 25)) == 15


def test_an_admin_adds_and_removes_a_local_closure(office, published):
    form = {"kind": "local_closure", "note": "Pindah gedung"}
    assert office.admin.put(f"{office.API}/calendar/days/2026-10-23", json=form).status_code == 200
    kind, facts = published(full=True)[-1]
    assert kind == "identity.calendar.changed"
    assert facts == {"year": 2026, "days": [{"date": "2026-10-23", **form}]}
    assert same_shape(facts, example(kind)["data"]) == []

    assert office.admin.delete(f"{office.API}/calendar/days/2026-10-23").status_code == 204
    assert published(full=True)[-1][1]["days"] == []
    assert office.admin.delete(f"{office.API}/calendar/days/2026-10-23").status_code == 404


@pytest.mark.parametrize("day", ["2026-13-01", "besok", "1999-01-01", "2026-1-1x"])
def test_a_day_that_is_none_is_not_found(office, day):
    form = {"kind": "local_closure", "note": "x"}

    assert office.admin.put(f"{office.API}/calendar/days/{day}", json=form).status_code == 404


def test_everybody_reads_who_the_office_is_and_an_admin_changes_it(office, published):
    assert office.anybody.get(f"{office.API}/office").json["name"] == ""
    answer = office.admin.patch(f"{office.API}/office", json=example("identity.office.changed")["data"]["office"])
    assert answer.status_code == 200
    changed = office.admin.patch(f"{office.API}/office", json={"city": "Singkawang", "phone": "(0562) 700123"})

    seen = office.anybody.get(f"{office.API}/office").json
    assert (seen["city"], seen["short_name"]) == ("Singkawang", "BSPJI Contoh")
    assert changed.headers["ETag"] == '"2"'
    for kind, facts in published(full=True):
        assert same_shape(facts, example(kind)["data"]) == []


def test_a_stale_or_wrong_change_of_the_office_is_refused(office):
    office.admin.patch(f"{office.API}/office", json={"city": "Pontianak"})

    stale = office.admin.patch(f"{office.API}/office", json={"city": "X"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    wrong = office.admin.patch(f"{office.API}/office", json={"phone": "08", "email": "x"})
    assert set(wrong.json["errors"]) == {"phone", "email"}


def plan(office, by=None, **changes):
    form = {"from_on": SOON.isoformat(), "until_on": LATER.isoformat(), "note": "Pelatihan"} | changes
    return (by or office.admin).post(f"{office.API}/absences", json=form)


def test_an_absence_with_a_stand_in_is_told_and_cancelled(office, published):
    away, other = office.staff("away", roles=["supervisor"]), office.staff("other", roles=["supervisor"])
    made = plan(office, user_id=away, stand_in_id=other)
    assert made.status_code == 201
    kind, facts = published(full=True)[-1]
    assert kind == "identity.absence.changed"
    assert (facts["user_id"], facts["stand_in_id"], facts["is_cancelled"]) == (away, other, False)
    assert same_shape(facts, example(kind)["data"]) == []

    office.done("absences", made.json["id"], "cancel", by=office.admin)
    assert published(full=True)[-1][1]["is_cancelled"] is True
    assert len(office.see("absences", by=office.admin)["items"]) == 1


def test_an_absence_is_checked(office):
    away, analyst = office.staff("away", roles=["supervisor"]), office.staff("ana", roles=["analyst"])
    other = office.staff("other", roles=["supervisor"])
    plan(office, user_id=other)

    def errors(**form):
        return list(plan(office, **form).json.get("errors", {}))

    assert errors(user_id="siapa") == ["user_id"]
    assert errors(user_id=away, stand_in_id=away) == ["stand_in_id"]
    assert errors(user_id=analyst, stand_in_id=away) == ["stand_in_id"]
    assert errors(user_id=away, stand_in_id=other) == ["stand_in_id"]
    assert errors(user_id=away, until_on=(SOON - timedelta(days=1)).isoformat()) == ["until_on"]
    assert errors(user_id=away, from_on="2020-01-01", until_on="2020-01-02") == ["until_on"]


def test_the_coordinator_plans_for_the_laboratory_only(office):
    coordinator = office.as_("lab_coordinator")
    analyst, treasurer = office.staff("ana", roles=["analyst"]), office.staff("ben", roles=["treasurer"])

    assert plan(office, by=coordinator, user_id=analyst).status_code == 201
    assert plan(office, by=coordinator, user_id=treasurer).status_code == 422
    theirs = plan(office, user_id=treasurer).json
    assert office.do("absences", theirs["id"], "cancel", by=coordinator).status_code == 403


def test_a_planner_is_offered_just_those_whose_absence_may_be_planned(office):
    analyst, treasurer = office.staff("ana", roles=["analyst"]), office.staff("ben", roles=["treasurer"])
    coordinator = office.as_("lab_coordinator")

    [address] = {
        each["options_href"] for each in office.see("absences/form", by=coordinator)["fields"] if "options_href" in each
    }
    offered = {each["value"] for each in coordinator.get(address).json["items"]}

    assert analyst in offered
    assert treasurer not in offered
    assert {analyst, treasurer} <= {each["value"] for each in office.admin.get(address).json["items"]}


def test_the_calendar_remembers_who_changed_which_day(office):
    day = f"{office.API}/calendar/days/2026-10-23"
    office.admin.put(day, json={"kind": "local_closure", "note": "Pemeliharaan"})
    office.admin.put(day, json={"kind": "collective_leave", "note": "Cuti"})
    office.admin.delete(day)

    rows = office.admin.get(f"{office.API}/calendar/history?year=2026").json["items"]

    assert [row["transition"] for row in rows] == ["put", "put", "remove"]
    assert rows[1]["changes"] == {"2026-10-23": ["Libur setempat: Pemeliharaan", "Cuti bersama: Cuti"]}
    assert rows[2]["changes"] == {"2026-10-23": ["Cuti bersama: Cuti", None]}
