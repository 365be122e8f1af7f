"""The demo as a whole, in the order of the case."""

import random
from copy import copy
from datetime import date, timedelta

from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases.models import Case, Sequence
from bangfu.casework.cases.numbers import prefix_of, with_check_digit
from bangfu.casework.cases.queries import levels_of_path, whose_turn
from bangfu.casework.cases.states import CLAIMLESS, State
from bangfu.casework.households.circumstances import seal
from bangfu.casework.households.models import Circumstances, Household, Member, PersonClaim, Witness
from bangfu.casework.plans.models import Contact, Sponsor
from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.standards.actions import seed_example_figures
from bangfu.foundations.standards.models import SETTINGS
from bangfu.foundations.standards.queries import setting
from bangfu.operations.demo import county, progress
from bangfu.operations.demo.archive_answers import complete
from bangfu.operations.demo.households import make_household
from bangfu.operations.demo.people import People
from bangfu.operations.demo.story import Story
from bangfu.operations.demo.timeline import DISTRIBUTION, timeline

SPONSORS = [("示例县财政局", 3), ("示例县人社局", 2), ("示例供电公司", 3), ("示例银行县支行", 2)]


def seed() -> list[tuple[str, str]]:
    """Make the demo inside the caller's transaction (nation-wide scope). Returns (login, post) pairs to show."""
    unions = county.make_unions()
    logins = county.make_people(unions)
    people = People()
    # Whoever logs in to the demo is warned, whatever their level.
    Organisation.objects.filter(level__lt=5, posts__isnull=False).update(is_demo=True)
    province = unions[0].province_id
    seed_example_figures(
        entered_by=people.of(province, "admin").user, confirmed_by=people.of(province, "reviewer").user
    )
    contacts = _register(Organisation.objects.get(code=county.COUNTY))
    stories = _stories(unions)
    _save_households(stories)
    log = progress.write_log(stories, people)
    progress.write_applications(stories)
    progress.write_visits(stories, people)
    meetings = progress.write_reviews(stories, people)
    progress.write_notices(stories, meetings, people, setting("notice_days", unions[0]))
    progress.write_opinions(stories, log, people)
    progress.write_archives(stories, people)
    progress.write_plans(stories, contacts, people)
    due = {name.removeprefix("due_"): setting(name, unions[0]) for name in SETTINGS if name.startswith("due_")}
    progress.write_due_dates(stories, due)
    return logins


def _register(org: Organisation) -> list[Contact]:
    contacts: list[Contact] = []
    for name, count in SPONSORS:
        sponsor = Sponsor.objects.create(**org.scope(), name=name, phone="0311-55500009")
        for number in range(count):
            contacts.append(
                Contact.objects.create(
                    **org.scope(),
                    sponsor=sponsor,
                    name=county.person_name(2900 + len(contacts)),
                    title="科长",
                    phone=f"1370000{number:04d}",
                )
            )
    return contacts


def _stories(unions: list[Organisation]) -> list[Story]:
    """300 households, deterministic: states dealt over the unions in turn, each union's own gathered by the calendar."""
    rng, today = random.Random(44), clock.today()  # noqa: S311  believable, not secret
    states = [state for state, count in DISTRIBUTION.items() for _ in range(count)]
    days = setting("notice_days", unions[0])
    counties = {org.id: org for org in Organisation.objects.filter(id__in=[union.county_id for union in unions])}
    stories = []
    for number, state in enumerate(states, start=1):
        # The union whose log-ins are shown has a tenth of all, so that its desk has something to show.
        org = unions[0] if number % 10 == 3 else unions[number % len(unions)]
        household, declared, members, profile = make_household(org, number, rng)
        case = Case(**org.scope(), household=household, declared=declared)
        path = [level.value for level, _ in levels_of_path(case)]
        if state.startswith("at_") and state not in path:
            state = path[0]
        story = Story(
            number,
            state,
            org,
            today,
            household,
            declared,
            members,
            profile,
            timeline(state, number, today, path, days),
            counties,
            case,
        )
        _leave_the_line(story, today)
        stories.append(story)
    return stories


def _leave_the_line(story: Story, today: date) -> None:
    """The last step of those that were returned, refused, withdrawn or objected to."""
    day = min(story.last_day + timedelta(days=1), today)
    if story.state == "returned":
        story.case.returned_to = "applicant"
        _side(story, "return_to_applicant", "returned", day, "户口页复印件不全，请补交。")
    elif story.state == "withdrawn":
        _side(story, "withdraw", "withdrawn", day, "职工本人表示家庭情况好转，自愿撤回。")
    elif story.state == "objected":
        _side(story, "object", "objected", day, "")
    elif story.state == "rejected":
        _side(story, "find_ineligible", "rejected", day, "入户发现另有自建房一套，家庭共有住宅2套。", "R-EX-1")


def _side(story: Story, step: str, target: str, day: date, reason: str, rule: str = "") -> None:
    story.side_steps.append((step, target, day))
    story.reason, story.rule, story.reasoned = reason, rule, frozenset({step})


def _save_households(stories: list[Story]) -> None:
    Household.objects.bulk_create([story.household for story in stories], batch_size=500)
    for story in stories:
        story.declared.written_at = progress.at(story.timeline.applied)
    Circumstances.objects.bulk_create([story.declared for story in stories], batch_size=200)
    Member.objects.bulk_create([member for story in stories for member in story.declared_members], batch_size=500)
    _copies(stories)
    for story in stories:
        _prepare_case(story)
    Case.objects.bulk_create([story.case for story in stories], batch_size=200)
    filed = [story for story in stories if story.filed]
    Household.objects.bulk_update([story.household for story in filed], ["worker_no"])
    prefixes = {
        number.removeprefix("A")[:10]
        for story in stories
        for number in (story.case.case_no, story.case.worker_no)
        if number
    }
    Sequence.objects.bulk_create(
        [Sequence(prefix=kind + prefix, last=len(stories)) for prefix in prefixes for kind in ("A", "")]
    )
    _freeze(stories)
    PersonClaim.objects.bulk_create([claim for story in stories for claim in _claims(story)], batch_size=1000)


def _copies(stories: list[Story]) -> None:
    """Verified and filed circumstances, where the case has come that far."""
    copies: list[tuple[Circumstances, list[Member]]] = []
    for story in stories:
        if story.timeline.day("assign"):
            story.verified = _copy(story, Witness.VERIFIED, copies)
        if story.timeline.day("file"):
            story.filed = _copy(story, Witness.FILED, copies)
            complete(story.filed, copies[-1][1])
        if story.rule == "R-EX-1" and story.verified:
            story.verified.self_built_count, story.verified.self_built_area = 1, 120
    Circumstances.objects.bulk_create([record for record, _ in copies], batch_size=200)
    Member.objects.bulk_create([member for _, members in copies for member in members], batch_size=500)


def _copy(story: Story, witness: Witness, copies: list) -> Circumstances:
    record = copy(story.declared)
    record._state = copy(record._state)
    record.pk, record.witness, record._state.adding = None, witness, True
    record.secondary_causes, record.excused = list(record.secondary_causes), {}
    members = []
    for member in story.declared_members:
        twin = copy(member)
        twin._state = copy(twin._state)
        twin.pk, twin._state.adding, twin.circumstances = None, True, record
        twin.confirmed_by_visit = True
        members.append(twin)
    copies.append((record, members))
    return record


def _prepare_case(story: Story) -> None:
    case = story.case
    case.household, case.declared, case.verified, case.filed = (
        story.household,
        story.declared,
        story.verified,
        story.filed,
    )
    case.state, case.version = story.state, 1 + len(story.timeline.steps) + len(story.side_steps)
    case.turn_org_id = whose_turn(case)
    case.opened_at = progress.at(story.timeline.applied)
    applicant = story.declared_members[0]
    case_actions.set_search_keys(case, applicant, story.declared)
    case.case_no = "A" + with_check_digit(prefix_of(story.county, case.opened_at.year), story.number)
    if story.filed:
        day = story.timeline.day("file")
        assert day is not None
        case.worker_no = story.household.worker_no = with_check_digit(prefix_of(story.county, day.year), story.number)


def _freeze(stories: list[Story]) -> None:
    """Freeze what the actions would have frozen: declared at submission, verified at the conclusion, filed at filing."""
    wanted = []
    for story in stories:
        wanted += [story.declared] if story.state != "draft" else []
        wanted += [story.verified] if story.visited and story.verified else []
        wanted += [story.filed] if story.filed else []
    fresh = {c.pk: c for c in Circumstances.objects.filter(pk__in=[c.pk for c in wanted]).prefetch_related("members")}
    for record in wanted:
        seal(fresh[record.pk], list(fresh[record.pk].members.all()))
        record.digest = fresh[record.pk].digest
    Circumstances.objects.bulk_update(fresh.values(), ["canonical", "digest", "frozen_at"], batch_size=300)


def _claims(story: Story):
    if State(story.state) in CLAIMLESS:
        return
    for member in story.declared_members:
        yield PersonClaim(**story.scope, id_bidx=member.id_bidx, household=story.household, case_id=story.case.pk)
