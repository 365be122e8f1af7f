"""Every step × every state × every post, against a table written by hand from workflow.csv (not from flow.py)."""

import csv
from pathlib import Path

import pytest

import bangfu.foundations.codes
from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case, Transition
from bangfu.casework.cases.states import State
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.models import Organisation, Post
from bangfu.foundations.organisations.scope import Acting
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db

STAFF = {"officer", "chair"}
OPEN = {
    "draft", "submitted", "returned", "visiting", "candidate", "passed", "on_notice", "objected", "notice_cleared", "at_township",
    "at_county", "at_city", "recognised",
}  # fmt: skip
EVERYONE = {"officer", "chair", "investigator", "reviewer", "supervisor"}
# step: (from, to or None = next on path, roles, where); where: filing = the filing union or one above it acting for it,
# turn = the union of that level only. `returned_to` stands behind a colon in from.
EXPECTED = {
    "submit": ({"draft"}, "submitted", STAFF, "filing"),
    "return_to_applicant": ({"submitted"}, "returned", STAFF, "filing"),
    "resubmit": ({"returned:applicant"}, "submitted", STAFF, "filing"),
    "appeal": ({"rejected"}, "submitted", STAFF, "filing"),
    "withdraw": (OPEN, "withdrawn", STAFF, "filing"),
    "assign": ({"submitted"}, "visiting", STAFF, "filing"),
    "find_eligible": ({"visiting"}, "candidate", {"investigator", "officer"}, "filing"),
    "find_ineligible": ({"visiting"}, "rejected", {"investigator", "officer"}, "filing"),
    "pass_review": ({"candidate"}, "passed", STAFF, "filing"),
    "fail_review": ({"candidate"}, "rejected", STAFF, "filing"),
    "post_notice": ({"passed"}, "on_notice", STAFF, "filing"),
    "object": ({"on_notice"}, "objected", EVERYONE, "filing"),
    "dismiss_objection": ({"objected"}, "on_notice", STAFF | {"reviewer"}, "filing"),
    "uphold_objection": ({"objected"}, "rejected", STAFF | {"reviewer"}, "filing"),
    "clear_notice": ({"on_notice"}, "notice_cleared", STAFF, "filing"),
    "opine_grassroots": ({"notice_cleared"}, None, {"chair"}, "filing"),
    "opine_again": ({"returned:grassroots"}, None, {"chair"}, "filing"),
    "opine_township": ({"at_township"}, None, {"reviewer"}, 4),
    "reopine_township": ({"returned:township"}, None, {"reviewer"}, 4),
    "opine_county": ({"at_county"}, None, {"reviewer"}, 3),
    "reopine_county": ({"returned:county"}, None, {"reviewer"}, 3),
    "opine_city": ({"at_city"}, "recognised", {"reviewer"}, 2),
    "return_township": ({"at_township"}, "returned", {"reviewer"}, 4),
    "return_county": ({"at_county"}, "returned", {"reviewer"}, 3),
    "return_city": ({"at_city"}, "returned", {"reviewer"}, 2),
    "refuse_township": ({"at_township"}, "rejected", {"reviewer"}, 4),
    "refuse_county": ({"at_county"}, "rejected", {"reviewer"}, 3),
    "refuse_city": ({"at_city"}, "rejected", {"reviewer"}, 2),
    "file": ({"recognised"}, "filed", {"officer", "chair", "reviewer"}, "filing"),
    "plan": ({"filed"}, "planned", STAFF, "filing"),
    "issue_card": ({"planned"}, "in_assistance", STAFF, "filing"),
    "assist": ({"in_assistance"}, "in_assistance", STAFF, "filing"),
}
PLACES = [state.value for state in State if state != State.RETURNED] + [
    f"returned:{who}" for who in ("applicant", "grassroots", "township", "county")
]


def put(case: Case, place: str) -> Case:
    """The case in a state, in memory."""
    case.state, _, case.returned_to = place.partition(":")
    case.turn_org_id = flow.turn_org_id(case)
    case.turn_org = Organisation.objects.filter(pk=case.turn_org_id).first()
    return case


def posts() -> list[Acting]:
    return [Acting(post.user, post) for post in Post.objects.select_related("user", "org")]


def allowed(step: str, place: str, by: Acting, case: Case) -> bool:
    """What the hand-written table says."""
    origins, _, roles, where = EXPECTED[step]
    if place not in origins and place.partition(":")[0] not in {o for o in origins if o != "returned"} | (
        {"returned"} & origins
    ):
        return False
    if by.role not in roles:
        return False
    line = {case.org_id, case.township_id, case.county_id, case.city_id}
    if where == "filing":
        above = line | (
            {case.province_id} if by.role in ("supervisor",) or (by.role == "reviewer" and step != "file") else set()
        )
        if step == "file" and by.role == "reviewer":
            above = line | {case.province_id}
        return by.org.id in above
    return by.org.level == where and by.org.id in line


def test_the_hand_written_table_and_the_flow_name_the_same_steps():
    assert set(EXPECTED) == set(flow.STEPS)


@pytest.mark.parametrize("place", PLACES)
def test_every_step_is_open_to_exactly_the_posts_of_the_table(world, place):
    case = put(make_case(world.by("officer")), place)
    everyone = posts()
    wrong = []
    for name, step in flow.STEPS.items():
        for by in everyone:
            open_to = not flow.reasons_not_to_take(case, step, by)
            if open_to != allowed(name, place, by, case):
                wrong.append(f"{name} in {place} by {by.post}: {open_to}")
    assert not wrong, wrong[:20]


@pytest.mark.parametrize("name", EXPECTED)
def test_taking_a_step_moves_the_case_and_writes_the_log(world, name):
    origins, target, roles, where = EXPECTED[name]
    step = flow.STEPS[name]
    for place in sorted(origins):
        place = f"{place}:applicant" if place == "returned" else place
        case = make_case(world.by("officer"))
        put(case, place).save()
        union = {"filing": world.textile, 4: world.township, 3: world.county, 2: world.city}[where]
        by = world.by(sorted(role for role in roles if role != "supervisor")[0], union)
        before = case.version
        expected = target or flow.next_on_path(case)
        moved = flow.take(
            case.id,
            name,
            by=by,
            version=before,
            reason="理由",
            returned_to="grassroots" if not step.returned_to else "",
        )
        assert moved.state == expected
        assert moved.version == before + 1
        log = Transition.objects.filter(case=case).latest("id")
        assert (log.step, log.from_state, log.to_state) == (name, place.partition(":")[0], expected)
        assert (log.by_user, log.by_post, log.by_org, log.by_name) == (by.user, by.post, by.org, by.user.name)
        with pytest.raises(Refused):
            flow.take(case.id, name, by=by, version=before, reason="理由", returned_to="grassroots")
        assert Transition.objects.filter(case=case).latest("id") == log


@pytest.mark.parametrize("name", [name for name, step in flow.STEPS.items() if step.reason_needed])
def test_a_step_that_needs_a_reason_is_refused_without_one(world, name):
    place = sorted(EXPECTED[name][0])[0]
    case = make_case(world.by("officer"))
    put(case, place).save()
    where = EXPECTED[name][3]
    union = {"filing": world.textile, 4: world.township, 3: world.county, 2: world.city}[where]
    role = sorted(role for role in EXPECTED[name][2] if role != "supervisor")[0]
    with pytest.raises(Refused, match="理由"):
        flow.take(case.id, name, by=world.by(role, union), version=case.version, reason=" ", returned_to="applicant")
    case.refresh_from_db()
    assert case.state == place.partition(":")[0]


def test_every_transition_of_the_circulars_table_for_new_cases_is_in_the_flow():
    table = Path(bangfu.foundations.codes.__file__).parent / "circular" / "workflow.csv"
    later = {"in_reverification", "lifted", "cancelled", "legacy", "deleted", "transferred"}
    missing = []
    for row in csv.DictReader(table.open()):
        origins, target = row["from"].split("|"), row["to"]
        if later & ({target} | set(origins)) or "-" in origins or target == "the state before":
            continue
        for origin in origins:
            steps = [
                step
                for step in flow.STEPS.values()
                if (origin == "any open state" or origin in step.origin)
                and (step.to == target or (target == "next on path" and step.to == flow.NEXT))
            ]
            if not steps:
                missing.append(f"{origin} → {target}")
    assert not missing


def test_a_decision_is_taken_back_by_whoever_made_it_while_nobody_acted_after(world):
    case = make_case(world.by("officer"), "at_township")
    township = world.by("reviewer", world.township)
    moved = flow.take(case.id, "opine_township", by=township, version=case.version)
    with pytest.raises(Refused, match="只有作出"):
        flow.take_back(case.id, by=world.by("reviewer", world.county), version=moved.version)
    back, taken = flow.take_back(case.id, by=township, version=moved.version)
    assert (back.state, back.turn_org_id, taken.taken_back) == (State.AT_TOWNSHIP, world.township.id, True)
    again = flow.take(case.id, "opine_township", by=township, version=back.version)
    further = flow.take(case.id, "opine_county", by=world.by("reviewer", world.county), version=again.version)
    with pytest.raises(Refused):
        flow.take_back(case.id, by=township, version=further.version)


def test_only_a_post_with_the_permission_takes_back(world):
    township = world.by("reviewer", world.township)
    case = make_case(world.by("officer"), "at_township")
    moved = flow.take(case.id, "opine_township", by=township, version=case.version)
    as_admin = world.appoint("admin", world.township, user=township.user)
    with pytest.raises(Refused):
        flow.take_back(case.id, by=as_admin, version=moved.version)


def test_a_return_names_a_lower_level_and_supersedes_what_was_decided_there_and_above(world):
    case = make_case(world.by("officer"), "notice_cleared")
    chair, township, county = (
        world.by("chair"),
        world.by("reviewer", world.township),
        world.by("reviewer", world.county),
    )
    case = flow.take(case.id, "opine_grassroots", by=chair, version=case.version)
    case = flow.take(case.id, "opine_township", by=township, version=case.version)
    with pytest.raises(Refused, match="退回到哪一级"):
        flow.take(case.id, "return_county", by=county, version=case.version, reason="缺日期", returned_to="county")
    case = flow.take(case.id, "return_county", by=county, version=case.version, reason="缺日期", returned_to="township")
    assert (case.state, case.turn_org_id) == (State.RETURNED, world.township.id)
    superseded = set(case.transitions.filter(superseded=True).values_list("step", flat=True))
    assert superseded == {"opine_township"}
    case = flow.take(case.id, "reopine_township", by=township, version=case.version)
    assert case.state == State.AT_COUNTY


def test_acting_for_a_union_below_is_written_into_the_log(world):
    case = make_case(world.by("officer"), "submitted")
    flow.take(case.id, "assign", by=world.by("officer", world.township), version=case.version)
    assert case.transitions.latest("id").acting_for == world.textile


def test_an_edit_does_not_change_the_place_in_the_queue(world):
    case = make_case(world.by("officer"), "in_assistance")
    moved = flow.take(case.id, "assist", by=world.by("officer"), version=case.version)
    assert (moved.queue_at, moved.version) == (case.queue_at, case.version + 1)
