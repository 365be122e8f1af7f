"""The pages of a review, pressed as a person presses them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.casework.cases.models import Case
from bangfu.casework.reviews.models import Meeting
from bangfu.foundations.codes import clock
from tests.casework.reviews.test_reviews import NOW, close, fresh, hold, vote
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db
MEETING = {
    "name": "困难职工民主评议会议", "held_at": "2026-03-10T14:00", "place": "厂会议室", "member_count": "11", "attendee_count": "9",
    "chair": "示例主席", "recorder": "示例记录",
}  # fmt: skip


@pytest.fixture(autouse=True)
def after_the_meeting():
    with clock.travel(NOW):
        yield


@pytest.fixture
def candidate(world):
    return make_case(world.by("officer"), "candidate")


@pytest.fixture
def officer(world, sign_in):
    return sign_in(world.by("officer"))


def url(name, thing) -> str:
    return reverse(f"reviews:{name}", args=[thing.pk])


def test_a_meeting_from_the_agenda_to_the_result_by_pressing(world, officer, candidate):
    page = officer.get(reverse("reviews:hold")).content.decode()
    assert candidate.name in page
    assert "通知未规定" in page
    answer = officer.press(reverse("reviews:hold"), MEETING | {"cases": [candidate.id]})
    meeting = Meeting.objects.get()
    assert answer.url == url("record", meeting)
    item = meeting.items.get()
    shown = officer.get(url("record", meeting)).content.decode()
    assert "家庭年收入 38,400.00 元" in shown
    name = f"item-{item.id}"
    votes = {f"{name}-agree": "8", f"{name}-against": "0", f"{name}-abstain": "1", f"{name}-facts": item.facts}
    assert officer.press(url("record", meeting), votes, thing=meeting).url == url("show", meeting)
    page = officer.get(url("show", meeting)).content.decode()
    assert "同意 8 票" in page
    officer.press(url("write", meeting), {"content": "照实记录。"}, thing=meeting)
    assert officer.press(url("close", meeting), thing=meeting).url == url("show", meeting)
    assert Case.objects.get(pk=candidate.pk).state == "passed"
    assert "照实记录。" in officer.get(url("show", meeting)).content.decode()
    assert officer.press(url("print", meeting)).status_code == 302
    page = officer.get(reverse("reviews:case", args=[candidate.id])).content.decode()
    assert "同意 8，反对 0，弃权 1" in page


def test_a_list_of_names_counts_itself(world, officer, candidate):
    names = "甲、乙，丙 丁;戊\n己、庚、辛"
    officer.press(
        reverse("reviews:hold"), MEETING | {"cases": [candidate.id], "attendees": names, "attendee_count": ""}
    )
    meeting = Meeting.objects.get()
    assert meeting.attendee_count == 8
    assert meeting.attendees.count() == 8


def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(world, officer, candidate):
    answer = officer.press(reverse("reviews:hold"), MEETING | {"recorder": "示例主席", "attendee_count": "3"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("主持人和记录人不能是同一个人", "不足2/3", "请至少选择一户"):
        assert sentence in page
    assert "厂会议室" in page
    assert not Meeting.objects.exists()


def test_wrong_totals_come_back_with_the_households_name(world, officer, candidate):
    meeting = hold(world, candidate)
    name = f"item-{meeting.items.get().id}"
    answer = officer.press(
        url("record", meeting), {f"{name}-agree": "5", f"{name}-against": "1", f"{name}-abstain": "1"}, thing=meeting
    )
    assert answer.status_code == 422
    assert "合计 7 票，应为 9 票" in answer.content.decode()
    assert officer.press(url("record", meeting), {}, thing=meeting).status_code == 422


def test_households_without_votes_wait(world, officer, candidate):
    other = make_case(world.by("officer"), "candidate", name="示例乙一")
    meeting = hold(world, candidate, other)
    name = f"item-{meeting.items.get(case=other).id}"
    officer.press(
        url("record", meeting), {f"{name}-agree": "9", f"{name}-against": "0", f"{name}-abstain": "0"}, thing=meeting
    )
    assert [item.result for item in meeting.items.order_by("case_id")] == ["", "pass"]
    page = officer.get(url("show", meeting)).content.decode()
    assert "示例甲一还没有登记表决结果" in page
    answer = officer.press(url("close", meeting), thing=meeting)
    assert answer.status_code == 422
    assert "示例甲一还没有登记表决结果" in answer.content.decode()


def test_a_meeting_is_edited_and_cancelled_until_it_is_closed(world, officer, candidate):
    meeting = hold(world, candidate)
    page = officer.get(url("edit", meeting)).content.decode()
    assert "厂会议室" in page
    assert 'value="2026-03-10T14:00"' in page
    officer.press(url("edit", meeting), MEETING | {"place": "职工之家", "cases": [candidate.id]}, thing=meeting)
    assert fresh(meeting).place == "职工之家"
    assert officer.press(url("cancel", meeting), {"reason": ""}, thing=meeting).status_code == 422
    officer.press(url("cancel", meeting), {"reason": "登记错了"}, thing=meeting)
    assert not Meeting.objects.exists()


def test_a_closed_meeting_is_only_read(world, officer, candidate):
    meeting = hold(world, candidate)
    vote(world, meeting, candidate)
    close(world, meeting)
    for name in ("edit", "record"):
        assert officer.get(url(name, meeting)).status_code == 409
    assert officer.press(url("close", meeting), thing=meeting).status_code == 409


def test_a_result_taken_back_leads_to_the_same_meeting_again(world, officer, candidate):
    meeting = hold(world, candidate)
    vote(world, meeting, candidate)
    close(world, meeting)
    officer.press(reverse("desk:take_back", args=[candidate.id]), {"reason": "票数写错"}, thing=candidate)
    page = officer.get(reverse("reviews:case", args=[candidate.id])).content.decode()
    assert "上次的评议结果已收回" in page
    assert f"like={meeting.id}" in page
    again = officer.get(reverse("reviews:hold") + f"?case={candidate.id}&like={meeting.id}").content.decode()
    assert "厂会议室" in again


def test_the_second_press_and_the_stale_page_change_nothing(world, officer, candidate):
    meeting = hold(world, candidate)
    data = {"reason": "登记错了", "once": "y" * 24}
    assert officer.press(url("cancel", meeting), data | {"version": 99}).status_code == 422
    data = MEETING | {"cases": [candidate.id], "once": "z" * 24}
    assert officer.press(url("edit", meeting), data, thing=meeting).status_code == 302
    assert officer.press(url("edit", meeting), data, thing=meeting).status_code == 409


def test_the_list_asks_a_constant_number_of_queries(world, officer, candidate):
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert officer.get(reverse("reviews:list")).status_code == 200
        return len(asked)

    vote(world, (one := hold(world, candidate)), candidate)
    close(world, one)
    make_case(world.by("officer"), "candidate", name="示例乙一")
    before = count()
    for name in ("示例丙一", "示例丁一"):
        other = make_case(world.by("officer"), "candidate", name=name)
        hold(world, other)
    make_case(world.by("officer"), "candidate", name="示例戊一")
    assert count() == before
    rows = officer.get(reverse("reviews:list")).context["page"].rows
    assert sorted((row.households, row.passed) for row in rows) == [(1, 0), (1, 0), (1, 1)]


def test_the_union_above_holds_it_for_one_below(world, sign_in, candidate):
    above = sign_in(world.by("officer", world.township))
    page = above.get(reverse("reviews:list")).content.decode()
    assert f"?org={world.textile.id}" in page
    above.press(reverse("reviews:hold") + f"?org={world.textile.id}", MEETING | {"cases": [candidate.id]})
    assert Meeting.objects.get().org == world.textile
    assert above.get(reverse("reviews:hold") + f"?org={world.foreign_plant.id}").status_code == 404


def test_a_foreign_county_finds_nothing_and_a_wrong_post_is_refused(world, sign_in, candidate):
    meeting = hold(world, candidate)
    stranger = sign_in(world.by("officer", world.other_county))
    for name in ("show", "edit", "record"):
        assert stranger.get(url(name, meeting)).status_code == 404
    for name in ("close", "cancel", "print", "write"):
        assert stranger.press(url(name, meeting), thing=meeting).status_code == 404
    assert stranger.get(reverse("reviews:case", args=[candidate.id])).status_code == 404
    investigator = sign_in(world.by("investigator"))
    assert investigator.get(url("show", meeting)).status_code == 200
    assert investigator.get(reverse("reviews:hold")).status_code == 403
    assert investigator.press(url("close", meeting), thing=meeting).status_code == 403
