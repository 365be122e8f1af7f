"""The demo is complete, always the same, and breaks no rule of the house."""

from collections import Counter

import pytest

from bangfu.casework.archives.models import Archive, ArchiveVersion
from bangfu.casework.cases.models import Case, Transition
from bangfu.casework.cases.numbers import is_valid
from bangfu.casework.cases.queries import standstill, whose_turn
from bangfu.casework.cases.states import CLAIMLESS, LIVE, State
from bangfu.casework.households.circumstances import canonical_bytes
from bangfu.casework.households.models import Circumstances, Member, PersonClaim
from bangfu.casework.households.rules import reasons_application_incomplete, reasons_archive_incomplete
from bangfu.casework.plans.models import Plan
from bangfu.foundations.codes import citizen_id, clock, lists
from bangfu.foundations.organisations.models import Organisation
from bangfu.operations.demo import county, seed

pytestmark = pytest.mark.django_db


def make_demo():
    """The demo beside the small world: its county gets the demo's unions."""
    seed.seed()
    return Case.objects.select_related("org", "turn_org", "declared", "verified", "filed", "household")


def check_300_households_stand_in_every_state(demo):
    counted = Counter(demo.values_list("state", flat=True))
    assert sum(counted.values()) == 300
    assert set(counted) == {state.value for state in State}
    assert Organisation.objects.filter(is_demo=True, level=5).count() == 31


def check_every_case_is_as_the_flow_would_have_left_it(demo):
    for case in demo:
        last = case.transitions.order_by("id").last()
        assert last.to_state == case.state, case
        assert case.turn_org_id == whose_turn(case), case
        steps = list(case.transitions.order_by("id").values_list("from_state", "to_state", "at"))
        assert all(a[1] == b[0] and a[2] <= b[2] for a, b in zip(steps, steps[1:], strict=False)), (case.state, steps)
        assert standstill(case)


def check_claims_are_held_by_open_cases_and_live_files_only(demo):
    held = set(PersonClaim.objects.values_list("case_id", flat=True))
    for case in demo:
        assert (case.id in held) == (State(case.state) not in CLAIMLESS)


def check_numbers_are_valid_and_ids_are_well_formed(demo):
    assert all(is_valid(number) for number in demo.values_list("case_no", flat=True))
    live = demo.filter(state__in=LIVE)
    assert all(is_valid(number) for number in live.values_list("worker_no", flat=True))
    assert Archive.objects.count() == ArchiveVersion.objects.count() == live.count()
    for number in Member.objects.all()[:400]:
        assert citizen_id.problems(number.id_number, clock.today(), number.sex) == []
        assert number.id_number[14:17] in ("996", "997", "998", "999")


def check_frozen_records_carry_the_digest_of_their_bytes(demo):
    frozen = Circumstances.objects.filter(frozen_at__isnull=False)[:60]
    assert frozen
    for record in frozen:
        assert bytes(record.canonical) == canonical_bytes(record, list(record.members.order_by("position")))


def check_codes_and_forms_are_complete(demo):
    for case in demo:
        for record in filter(None, (case.declared, case.verified, case.filed)):
            assert all(lists.exists("need_kind", code) for code in record.needs)
        if case.filed:
            assert reasons_archive_incomplete(case.filed) == []
        elif State(case.state) != State.DRAFT:
            assert reasons_application_incomplete(case.declared) == []
    assert not Plan.objects.filter(signature__isnull=True).exists()


def check_all_of_it_is_marked(demo):
    assert not Member.objects.exclude(name__startswith="示例").exists()
    assert not Transition.objects.exclude(by_name__startswith="示例").exists()
    assert county.person_name(1) != county.person_name(2)
    assert len({county.person_name(number) for number in range(3000)}) == 3000


def test_the_demo_is_whole_and_breaks_no_rule(world):
    demo = make_demo()
    check_300_households_stand_in_every_state(demo)
    check_every_case_is_as_the_flow_would_have_left_it(demo)
    check_claims_are_held_by_open_cases_and_live_files_only(demo)
    check_numbers_are_valid_and_ids_are_well_formed(demo)
    check_frozen_records_carry_the_digest_of_their_bytes(demo)
    check_codes_and_forms_are_complete(demo)
    check_all_of_it_is_marked(demo)
