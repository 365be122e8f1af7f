"""Reviews: a meeting with its quorum, votes that add up, results written for all households or none."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.casework.cases import actions as cases
from bangfu.casework.cases.models import Case
from bangfu.casework.households.models import PersonClaim
from bangfu.casework.reviews import actions, queries
from bangfu.casework.reviews.models import Item, Meeting
from bangfu.casework.reviews.rules import Details, Votes
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Print
from bangfu.foundations.standards.models import Setting
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 16, 0, tzinfo=clock.CHINA)
AT = datetime(2026, 3, 10, 14, 0, tzinfo=clock.CHINA)


@pytest.fixture(autouse=True)
def after_the_meeting():
    with clock.travel(NOW):
        yield


@pytest.fixture
def candidate(world):
    return make_case(world.by("officer"), "candidate")


def details(**changes) -> Details:
    first = {
        "held_at": AT,
        "place": "厂会议室",
        "member_count": 11,
        "attendee_count": 9,
        "chair": "示例主席",
        "recorder": "示例记录",
    }
    return Details(**first | changes)


def hold(world, *households, by=None, **changes) -> Meeting:
    by = by or world.by("officer")
    return actions.hold(by.org, by=by, details=details(**changes), case_ids=[case.id for case in households])


def fresh(meeting) -> Meeting:
    return Meeting.objects.select_related("org").get(pk=meeting.pk)


def vote(world, meeting, case, agree=8, against=0, abstain=1, by=None, **more):
    one = Votes(meeting.items.get(case=case).id, agree, against, abstain, **more)
    return actions.record(meeting.id, by=by or world.by("officer"), version=fresh(meeting).version, votes=[one])


def close(world, meeting, by=None):
    return actions.close(meeting.id, by=by or world.by("officer"), version=fresh(meeting).version)


def texts(refused) -> str:
    return refused.value.sentence


def test_eight_of_nine_pass(world, candidate):
    meeting = hold(world, candidate)
    vote(world, meeting, candidate)
    assert Case.objects.get(pk=candidate.pk).state == "candidate"
    close(world, meeting)
    case = Case.objects.get(pk=candidate.pk)
    assert case.state == "passed"
    item = meeting.items.get()
    assert (item.agree, item.against, item.abstain, item.result) == (8, 0, 1, "pass")
    assert "示例甲一：家庭人口 2 人，家庭年收入 38,400.00 元，月人均 1,600.00 元" in fresh(meeting).content
    assert "同意 8 票，反对 0 票，弃权 1 票，评议通过。" in fresh(meeting).content
    assert PersonClaim.objects.filter(case_id=case.id).count() == 2
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"reviews.hold", "reviews.record", "reviews.decide"} <= verbs


def test_four_of_eleven_fail_and_the_claims_go(world):
    by = world.by("officer", world.railway)
    case = make_case(by, "candidate")
    meeting = hold(world, case, by=by, attendee_count=11)
    vote(world, meeting, case, 4, 6, 1, by=by)
    close(world, meeting, by=by)
    case.refresh_from_db()
    last = case.transitions.order_by("-id").first()
    assert case.state == "rejected"
    assert last.reason == "民主评议未通过：同意 4 票，反对 6 票，弃权 1 票"
    assert not PersonClaim.objects.filter(case_id=case.id).exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"held_at": NOW + timedelta(hours=1)}, "held_at", "会议时间不能晚于现在"),
        ({"held_at": AT - timedelta(days=1)}, "held_at", "会议不能早于示例甲一的入户调查"),
        ({"recorder": "示例主席"}, "recorder", "主持人和记录人不能是同一个人"),
        ({"attendee_count": 12}, "attendee_count", "参会人数不能多于评议小组应到人数"),
        ({"attendee_count": 7}, "attendee_count", "不足2/3，会议无效"),
        ({"attendee_count": 2, "member_count": 3, "attendees": ["甲", "甲"]}, "attendees", "重复的姓名"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(world, candidate, changes, field, sentence):
    with pytest.raises(Refused) as refused:
        hold(world, candidate, **changes)
    assert sentence in texts(refused)
    assert field in [reason.field for reason in refused.value.reasons]
    assert not Meeting.objects.exists()


def test_eight_of_eleven_are_a_quorum_and_its_source_says_unsaid(world, candidate):
    hold(world, candidate, attendee_count=8)
    other = make_case(world.by("officer"), "candidate")
    with pytest.raises(Refused) as refused:
        hold(world, other, attendee_count=7)
    assert "通知未规定" in refused.value.reasons[0].clause


def test_an_agenda_has_candidates_of_its_union_only(world, candidate):
    with pytest.raises(Refused, match="至少选择一户"):
        hold(world)
    visiting = make_case(world.by("officer"), "visiting")
    with pytest.raises(Refused, match="不能列入这次评议"):
        hold(world, candidate, visiting)
    foreign = make_case(world.by("officer", world.foreign_plant), "candidate")
    with pytest.raises(Refused, match="至少选择一户"):
        hold(world, foreign)


def test_a_household_is_on_one_open_agenda_at_a_time(world, candidate):
    meeting = hold(world, candidate)
    with pytest.raises(Refused, match="已列入另一次还没有办结的评议会议"):
        hold(world, candidate)
    assert queries.free(queries.agenda(world.by("officer"), world.textile)) == []
    actions.cancel(meeting.id, by=world.by("officer"), version=meeting.version, reason="登记错了")
    hold(world, candidate)


@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        ({"agree": 8, "against": 0, "abstain": 0}, "合计 8 票，应为 9 票"),
        ({"agree": 9, "against": 0, "abstain": 0, "recused": ["甲"]}, "应为 8 票（到会 9 人，回避 1 人）"),
        ({"agree": 7, "against": 0, "abstain": 0, "recused": ["甲", "甲"]}, "回避人员有重复的姓名"),
    ],
)
def test_votes_add_up(world, candidate, votes, sentence):
    meeting = hold(world, candidate)
    with pytest.raises(Refused) as refused:
        vote(world, meeting, candidate, **votes)
    assert sentence in texts(refused)
    assert texts(refused).startswith("示例甲一：")
    assert meeting.items.get().result == ""


def test_kin_withdraw_and_are_not_counted_as_present(world, candidate):
    meeting = hold(world, candidate, attendees=[f"代表{n}" for n in range(1, 10)])
    with pytest.raises(Refused, match="不在参会人员名单中"):
        vote(world, meeting, candidate, 4, 3, 1, recused=["外人"])
    vote(world, meeting, candidate, 4, 3, 1, recused=["代表1"])
    assert meeting.items.get().result == "fail", "4 of 8 is no majority"
    vote(world, meeting, candidate, 5, 2, 1, recused=["代表1"])
    item = meeting.items.get()
    assert (item.result, item.recused, item.recused_count) == ("pass", "代表1", 1)


@pytest.mark.parametrize(
    ("rule", "agree", "result"),
    [
        ("majority_present", 5, "pass"),
        ("majority_present", 4, "fail"),
        ("two_thirds_present", 6, "pass"),
        ("two_thirds_present", 5, "fail"),
        ("majority_all", 6, "pass"),
        ("majority_all", 5, "fail"),
    ],
)
def test_the_rule_in_force_decides(world, candidate, rule, agree, result):
    Setting.objects.create(
        name="vote_rule", value=rule, area=world.county, start="2026-01-01", document="示例文件",
        entered_by=world.by("admin", world.county).user, confirmed_by=world.by("reviewer", world.county).user,
        confirmed_at=clock.now(),
    )  # fmt: skip
    meeting = hold(world, candidate)
    vote(world, meeting, candidate, agree, 9 - agree, 0)
    assert meeting.items.get().result == result


def test_results_are_written_for_all_or_none(world, candidate):
    other = make_case(world.by("officer"), "candidate", name="示例乙一")
    meeting = hold(world, candidate, other)
    vote(world, meeting, candidate)
    with pytest.raises(Refused, match="示例乙一还没有登记表决结果"):
        close(world, meeting)
    vote(world, meeting, other)
    cases.withdraw(other.id, by=world.by("officer"), version=Case.objects.get(pk=other.pk).version, reason="本人要求")
    with pytest.raises(Refused) as refused:
        close(world, meeting)
    assert [reason.field for reason in refused.value.reasons] == [f"item-{meeting.items.get(case=other).id}"]
    assert Case.objects.get(pk=candidate.pk).state == "candidate"
    assert fresh(meeting).closed_at is None
    actions.amend(
        meeting.id,
        by=world.by("officer"),
        version=fresh(meeting).version,
        details=details(),
        case_ids=[candidate.id],
    )
    vote(world, meeting, candidate)
    close(world, meeting)
    assert Case.objects.get(pk=candidate.pk).state == "passed"


def test_a_changed_attendance_asks_for_the_votes_again(world, candidate):
    meeting = hold(world, candidate)
    vote(world, meeting, candidate)
    by = world.by("officer")
    actions.amend(
        meeting.id, by=by, version=fresh(meeting).version, details=details(attendee_count=10), case_ids=[candidate.id]
    )
    with pytest.raises(Refused, match="还没有登记表决结果"):
        close(world, meeting)


def test_minutes_in_own_words_stay(world, candidate):
    meeting, by = hold(world, candidate), world.by("officer")
    vote(world, meeting, candidate)
    actions.write_minutes(meeting.id, by=by, version=fresh(meeting).version, content="会议讨论热烈。")
    vote(world, meeting, candidate, 9, 0, 0)
    assert fresh(meeting).content == "会议讨论热烈。"
    actions.write_minutes(meeting.id, by=by, version=fresh(meeting).version, content="")
    assert "同意 9 票" in fresh(meeting).content


def test_a_result_taken_back_is_reviewed_anew_and_the_old_one_stays_marked(world, candidate):
    meeting = hold(world, candidate)
    vote(world, meeting, candidate)
    close(world, meeting)
    cases.take_back(candidate.id, by=world.by("officer"), version=Case.objects.get(pk=candidate.pk).version)
    again = hold(world, candidate)
    assert Item.objects.get(meeting=meeting).superseded
    vote(world, again, candidate, 3, 6, 0)
    close(world, again)
    assert Case.objects.get(pk=candidate.pk).state == "rejected"


def test_the_union_above_enters_a_meeting_for_one_below(world, candidate):
    by = world.by("officer", world.township)
    meeting = actions.hold(world.textile, by=by, details=details(), case_ids=[candidate.id])
    assert meeting.org == world.textile
    assert queries.unions_waiting(by) == [world.textile]


def test_who_may_not_is_refused(world, candidate):
    for by in (world.by("investigator"), world.by("reviewer", world.county), world.by("officer", world.foreign_plant)):
        with pytest.raises(Refused, match="不能办理"):
            actions.hold(world.textile, by=by, details=details(), case_ids=[candidate.id])
    meeting = hold(world, candidate)
    with pytest.raises(Refused, match="不能办理"):
        close(world, meeting, by=world.by("officer", world.foreign_plant))


def test_a_stale_page_changes_nothing(world, candidate):
    meeting = hold(world, candidate)
    vote(world, meeting, candidate)
    with pytest.raises(Refused, match="没有保存"):
        actions.close(meeting.id, by=world.by("officer"), version=meeting.version)


def test_printing_is_noted_for_each_household_once_closed(world, candidate):
    meeting = hold(world, candidate)
    with pytest.raises(Refused, match="结果登记以后"):
        actions.print_minutes(meeting, by=world.by("officer"))
    vote(world, meeting, candidate)
    close(world, meeting)
    actions.print_minutes(fresh(meeting), by=world.by("officer"))
    assert list(Print.objects.values_list("case_id", "form")) == [(candidate.id, "F4")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_meeting SET attendee_count = 1",
        "DELETE FROM reviews_item",
        "UPDATE reviews_item SET agree = 9",
        "UPDATE reviews_item SET result = 'fail'",
    ],
)
def test_a_closed_meeting_holds_against_raw_sql(world, candidate, statement):
    meeting = hold(world, candidate)
    vote(world, meeting, candidate)
    close(world, meeting)
    with pytest.raises(DatabaseError, match="closed meeting"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("columns", ["chair = recorder", "attendee_count = member_count + 1"])
def test_the_table_itself_keeps_the_plain_rules(world, candidate, columns):
    hold(world, candidate)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE reviews_meeting SET {columns}")
