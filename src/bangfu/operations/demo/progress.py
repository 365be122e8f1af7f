"""Everything that happened to the households of the demo, written in bulk and in the shape the actions leave behind."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from bangfu.casework.applications.models import Application, Authorisation, RequestedItem, WageCertificate
from bangfu.casework.approvals.models import Opinion
from bangfu.casework.archives.models import Archive, ArchiveVersion
from bangfu.casework.assistance.models import Help, LedgerRow
from bangfu.casework.cases.models import Case, Transition
from bangfu.casework.notices.models import Notice, NoticeRow, Objection
from bangfu.casework.plans.models import CardCopy, Contact, Plan
from bangfu.casework.reviews.models import Attendee, Item, Meeting
from bangfu.casework.visits.models import Investigator, Visit
from bangfu.foundations.codes.calendar import add_workdays
from bangfu.foundations.codes.clock import CHINA
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Post
from bangfu.operations.demo.papers import signatures
from bangfu.operations.demo.people import People
from bangfu.operations.demo.story import Story


def at(day: date, hour: int = 10) -> datetime:
    """An instant on a day."""
    return datetime.combine(day, time(hour), tzinfo=CHINA)


def write_log(stories: list[Story], people: People) -> dict[tuple[int, str], Transition]:
    """The transition log; returns each case's transition by step."""
    rows = [row for story in stories for row in _log_of(story, people)]
    Transition.objects.bulk_create(rows, batch_size=1000)
    return {(row.case_id, row.step): row for row in rows}


def _log_of(story: Story, people: People):
    state = ""
    started = [("start", "draft", story.timeline.applied - timedelta(days=1))]
    for step, target, day in [*started, *story.timeline.steps, *story.side_steps]:
        post = people.for_step(step, story.case)
        yield Transition(
            **story.case.scope(),
            case=story.case,
            step=step,
            from_state=state,
            to_state=target,
            at=at(day, 9 + len(story.timeline.steps) % 8),
            **_by(post),
            reason=story.reason if step in story.reasoned else "",
            rule=story.rule if step in story.reasoned else "",
            returned_to=story.case.returned_to if target == "returned" else "",
            before={"state": state, "returned_to": "", "due_on": None},
        )
        state = target


def _by(post: Post) -> dict:
    return {
        "by_user": post.user,
        "by_post": post,
        "by_org": post.org,
        "by_name": post.user.name,
        "by_post_label": post.role_label,
        "by_org_name": post.org.name,
    }


def write_applications(stories: list[Story]) -> None:
    """附件1, 2, 3 of every case; drafts lack the signatures."""
    applications = [_application(story) for story in stories]
    Application.objects.bulk_create(applications, batch_size=500)
    authorisations, certificates, items = [], [], []
    for story, application in zip(stories, applications, strict=True):
        signed = story.state != "draft"
        for line, member in enumerate(story.declared_members, start=1):
            authorisations.append(
                Authorisation(
                    **story.scope, application=application, member=member, line_no=line, declares_truth=signed,
                    consents_to_verification=signed, signed_on_paper=signed, fingerprint_on_paper=signed,
                    signed_on=story.timeline.applied if signed else None,
                )
            )  # fmt: skip
        certificates.append(_certificate(story, application))
        if story.state == "returned" and story.case.returned_to == "applicant":
            items.append(
                RequestedItem(
                    **story.scope,
                    application=application,
                    text="请补交户口页复印件（缺配偶一页）",
                    asked_at=at(story.last_day),
                )
            )
    Authorisation.objects.bulk_create(authorisations, batch_size=1000)
    WageCertificate.objects.bulk_create(certificates, batch_size=1000)
    RequestedItem.objects.bulk_create(items)


def _application(story: Story) -> Application:
    signed = story.state != "draft"
    return Application(
        **story.scope, case=story.case, declares_no_exclusion=signed, declares_cooperation=signed, declares_plan_cooperation=signed,
        signed_on_paper=signed, applied_on=story.timeline.applied if signed else None, saved_at=at(story.timeline.applied),
    )  # fmt: skip


def _certificate(story: Story, application: Application) -> WageCertificate:
    earner = story.declared_members[0]
    net = earner.monthly_income or 0
    return WageCertificate(
        **story.scope, application=application, member=earner, months_covered=12, avg_gross_monthly=net * 118 // 100, avg_net_monthly=net,
        annual_income=net * 12, handler_name="示例经办", handler_phone="0311-55500000", issuer_name=story.org.name[:-2], sealed=True,
        issued_on=story.timeline.applied,
    )  # fmt: skip


def write_visits(stories: list[Story], people: People) -> None:
    """Visits with two investigators; concluded where the case is past them (the database checks the two)."""
    visited = [story for story in stories if story.timeline.day("assign")]
    visits = [_visit(story) for story in visited]
    Visit.objects.bulk_create(visits, batch_size=500)
    rows = []
    for story, visit in zip(visited, visits, strict=True):
        for post in people.investigators(story.org):
            rows.append(
                Investigator(
                    **story.scope, visit=visit, user=post.user, name=post.user.name, from_org=post.org, declares_no_kinship=True,
                    signed_at=at(story.visited) if story.visited else None,
                )
            )  # fmt: skip
    Investigator.objects.bulk_create(rows, batch_size=1000)
    concluded = []
    for story, visit in zip(visited, visits, strict=True):
        if story.visited:
            _conclude(visit, story, story.visited)
            concluded.append(visit)
    Visit.objects.bulk_update(
        concluded,
        ["surveyed_on", "conclusion", "survey_level", "rule", "reason", "concluded_at", "members_text"],
        batch_size=300,
    )


def _visit(story: Story) -> Visit:
    assigned = story.timeline.day("assign")
    assert assigned is not None
    return Visit(
        **story.scope, case=story.case, assigned_at=at(assigned), planned_on=assigned + timedelta(days=3), check_state="waived",
        check_waived_reason="示例：民政核对平台尚未接通", refused_check=False, false_information=False, employs_others=False,
        high_fee_school=False, self_funded_abroad=False, aided=False,
    )  # fmt: skip


def _conclude(visit: Visit, story: Story, visited: date) -> None:
    found_ineligible = story.rule == "R-EX-1"
    visit.surveyed_on = visited
    visit.members_text = "、".join(member.name for member in story.declared_members)
    visit.conclusion = "0" if found_ineligible else "1"
    visit.survey_level = (
        "" if found_ineligible else "province_or_above" if story.declared.apply_level == "national" else "prefecture"
    )
    visit.rule, visit.reason = (story.rule, story.reason) if found_ineligible else ("", "")
    visit.concluded_at = at(visited, 16)


def write_reviews(stories: list[Story], people: People) -> dict[tuple[int, date], Meeting]:
    """One meeting per union and day, its attendance, and the votes on each household."""
    groups: dict[tuple[int, date], list[Story]] = defaultdict(list)
    for story in stories:
        if story.reviewed:
            groups[(story.org.id, story.reviewed)].append(story)
    meetings = {key: _meeting(group[0], key[1], people) for key, group in groups.items()}
    Meeting.objects.bulk_create(meetings.values(), batch_size=500)
    attendees, items = [], []
    for key, group in groups.items():
        meeting = meetings[key]
        names = [meeting.chair, meeting.recorder, *(f"示例职工代表{n}" for n in range(1, 8))]
        attendees += [Attendee(**group[0].scope, meeting=meeting, name=name) for name in names]
        for position, story in enumerate(group, start=1):
            failed = story.reason.startswith("民主评议未通过")
            items.append(
                Item(
                    **story.scope, meeting=meeting, case=story.case, position=position, facts=story.declared.get_main_cause_display(),
                    agree=3 if failed else 8, against=5 if failed else 0, abstain=1, result="fail" if failed else "pass",
                )
            )  # fmt: skip
    Attendee.objects.bulk_create(attendees, batch_size=1000)
    Item.objects.bulk_create(items, batch_size=1000)
    return meetings


def _meeting(story: Story, day: date, people: People) -> Meeting:
    chair, recorder = people.of(story.org, "chair"), people.of(story.org, "officer")
    return Meeting(
        **story.scope, held_at=at(day, 14), place="单位会议室", member_count=11, attendee_count=9, chair=chair.user.name,
        recorder=recorder.user.name, content="逐户介绍情况，讨论后举手表决，结果见评议情况表。", closed_at=at(day, 16),
        recorded_by=recorder.user,
    )  # fmt: skip


def write_notices(stories: list[Story], meetings: dict, people: People, notice_days: int) -> None:
    """One notice per meeting for the passed, with the figures as posted; objections of the objected."""
    groups: dict[tuple[int, date], list[Story]] = defaultdict(list)
    for story in stories:
        if story.timeline.day("post_notice") and story.reviewed:
            groups[(story.org.id, story.reviewed)].append(story)
    for key, group in groups.items():
        notice = _notice(group, meetings[key], people, notice_days)
        notice.save()
        rows = [_row(notice, story) for story in group]
        NoticeRow.objects.bulk_create(rows)
        Objection.objects.bulk_create(
            [
                _objection(row, story, people)
                for row, story in zip(rows, group, strict=True)
                if story.state == "objected"
            ]
        )


def _notice(group: list[Story], meeting: Meeting, people: People, notice_days: int) -> Notice:
    story, officer = group[0], people.of(group[0].org, "officer")
    posted = story.timeline.day("post_notice")
    assert posted is not None
    return Notice(
        **story.scope, meeting=meeting, meeting_date=story.reviewed, meeting_name=meeting.name, candidate_count=len(group),
        passed_count=len(group), notice_from=posted, notice_to=add_workdays(posted, notice_days), working_days=notice_days,
        feedback_days=7, supervision_phone="0311-55500001", contact_name=officer.user.name, contact_phone=story.org.phone,
        issued_on=posted, posted_at_place="单位公告栏", posted_by=officer.user,
    )  # fmt: skip


def _row(notice: Notice, story: Story) -> NoticeRow:
    cleared = story.timeline.day("clear_notice")
    figures = story.verified or story.declared
    return NoticeRow(
        **story.scope, notice=notice, case=story.case, name=story.case.name, household_size=len(story.declared_members),
        household_annual_income=story.annual_income, annual_necessary_expense=figures.annual_necessary_expense,
        main_cause=figures.main_cause, review_result="pass", notice_result="clear" if cleared else "",
        cleared_at=at(cleared) if cleared else None,
    )  # fmt: skip


def _objection(row: NoticeRow, story: Story, people: People) -> Objection:
    return Objection(
        **story.scope, row=row, case=story.case, received_on=story.last_day, channel="phone", text="反映该户有一辆面包车。",
        objector_name="示例反映人", received_by=people.of(story.org, "officer").user,
    )  # fmt: skip


def write_opinions(stories: list[Story], log: dict, people: People) -> None:
    """Sealed opinions of every level that was passed."""
    steps = {"opine_grassroots": "G", "opine_township": "T", "opine_county": "C", "opine_city": "P"}
    rows = []
    for story in stories:
        for step, _, day in [*story.timeline.steps, *story.side_steps]:
            code = steps.get(step) or {"return_county": "C"}.get(step)
            if not code:
                continue
            returned = step == "return_county"
            rows.append(
                Opinion(
                    **story.scope, case=story.case, transition=log[(story.case.id, step)], step=code,
                    decision="return" if returned else "approve", text=story.reason if returned else "同意",
                    returned_to=story.case.returned_to if returned else "", signed_on=day, sealed_at=at(day),
                    digest=story.verified.digest if story.verified else "", **_by(people.for_step(step, story.case)),
                )
            )  # fmt: skip
    Opinion.objects.bulk_create(rows, batch_size=1000)


def write_archives(stories: list[Story], people: People) -> None:
    """Archives with version 1 of those that are filed."""
    filed = [story for story in stories if story.filed]
    archives = []
    for story in filed:
        day = story.timeline.day("file")
        assert day is not None
        officer, chair = people.of(story.org, "officer").user, people.of(story.org, "chair").user
        archives.append(
            Archive(
                **story.scope, household=story.household, case=story.case, worker_no=story.case.worker_no, filed_on=day, filed_by=officer,
                entered_by=officer, checked_by=chair, review_due_on=day + timedelta(days=365),
            )
        )  # fmt: skip
    Archive.objects.bulk_create(archives, batch_size=500)
    ArchiveVersion.objects.bulk_create(
        [
            ArchiveVersion(
                **story.scope, archive=archive, number=1, circumstances=story.filed, digest=story.filed.digest,
                made_at=at(archive.filed_on), made_by=archive.filed_by, checked_by=archive.checked_by,
            )
            for story, archive in zip(filed, archives, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
    for story, archive in zip(filed, archives, strict=True):
        story.archive = archive


def write_plans(stories: list[Story], contacts: list[Contact], people: People) -> None:
    """Plans, cards in three copies, ledger rows and helps."""
    planned = [story for story in stories if story.timeline.day("plan")]
    signed = signatures(planned, people)
    plans = [_plan(story, contacts, people, signed[story.case.pk]) for story in planned]
    Plan.objects.bulk_create(plans, batch_size=500)
    copies, ledger, helps = [], [], []
    for story, plan in zip(planned, plans, strict=True):
        day = story.timeline.day("issue_card")
        if day is None:
            continue
        copies += [CardCopy(**story.scope, plan=plan, copy=copy, issued_on=day) for copy in "123"]
        ledger.append(LedgerRow(**story.scope, case=story.case, archive=story.archive, opened_on=day))
        helps += _helps(story, day, people)
    CardCopy.objects.bulk_create(copies, batch_size=1000)
    LedgerRow.objects.bulk_create(ledger, batch_size=500)
    Help.objects.bulk_create(helps, batch_size=1000)


def _plan(story: Story, contacts: list[Contact], people: People, signature: Attachment) -> Plan:
    contact = contacts[story.number % len(contacts)]
    guide = people.guide(story.case)
    day = story.timeline.day("plan")
    assert day is not None
    chair = people.of(story.org, "chair")
    return Plan(
        **story.scope, case=story.case, archive=story.archive, household_situations=list(story.profile.situations), key_groups=["3"],
        measures=["3", "4"] if "medical" in story.profile.needs else ["4"],
        plans=["5", "7"] if "schooling" in story.profile.needs else ["4", "7"],
        target_month=f"{day.year + 1}-12", sponsor=contact.sponsor, contact=contact, proposed_by=guide.user, agreed_by=guide.user,
        assist_unit=contact.sponsor.name, assist_contact=contact.name, assist_contact_post=contact.title,
        assist_contact_phone=contact.phone,
        agreed_at=at(day), union_liaison=chair.user.name, union_liaison_post=chair.title, union_liaison_phone="13900000000",
        signature=signature, signed_on=day, carded_on=story.timeline.day("issue_card"),
    )  # fmt: skip


def _helps(story: Story, day: date, people: People) -> list[Help]:
    recorder, found = people.of(story.org, "officer").user, []
    for number in range(story.number % 4):
        given = day + timedelta(days=10 + 30 * number)
        if given >= story.today:
            break
        money = number % 2 == 0
        found.append(
            Help(
                **story.scope, case=story.case, given_on=given, kind="7" if money else "5" if "schooling" in story.profile.needs else "4",
                form="money" if money else "goods", amount=100000 + 50000 * (story.number % 3) if money else None,
                goods="" if money else "米面油一份", fund_source="union" if money else "", recorded_by=recorder, recorded_at=at(given),
            )
        )  # fmt: skip
    return found


def write_due_dates(stories: list[Story], due_days: dict[str, int]) -> None:
    """Queue time and due day of every case by its last step."""
    for story in stories:
        story.case.queue_at = at(story.last_day)
        days = due_days.get(story.case.state)
        story.case.due_on = add_workdays(story.last_day, days) if days else None
    Case.objects.bulk_update([story.case for story in stories], ["queue_at", "due_on"], batch_size=300)
