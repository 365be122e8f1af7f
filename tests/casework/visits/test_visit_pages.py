"""The pages of a visit, pressed as a person presses them."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.casework.applications.models import Application
from bangfu.casework.cases.models import Case
from bangfu.casework.households.parts import prefix_of
from bangfu.casework.visits import queries, rules
from bangfu.casework.visits.models import Visit
from bangfu.foundations.codes import clock
from tests.casework.visits.test_visits import assign, conclude, sign, visited, waive, write
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db
PHONE = "13800000001"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(autouse=True)
def in_march():
    with clock.travel("2026-03-06"):
        yield


@pytest.fixture
def submitted(world):
    case = make_case(world.by("officer"), "submitted")
    Application.objects.filter(case=case).update(applied_on="2026-03-02")
    return case


@pytest.fixture
def visiting(world, submitted):
    assign(world, submitted)
    return Case.objects.select_related("org", "turn_org").get(pk=submitted.pk)


def url(name, case, page="") -> str:
    return reverse(f"visits:{name}", args=[case.id]) + (f"?page={page}" if page else "")


def answers(client, case, page) -> dict:
    """What the page shows in its fields, as a browser would send it back."""
    found = {}
    for form in client.get(url("record", case, page)).context["questions"]:
        for bound in form:
            value = bound.value()
            shown = bound.field.prepare_value(value)
            if shown not in (None, "", []):
                found[bound.html_name] = shown
    return found


def test_the_whole_visit_by_pressing(world, sign_in, submitted):
    officer, posts = sign_in(world.by("officer")), [world.by("investigator", number=n).post.id for n in (1, 2)]
    assert "还没有指派调查人员" in officer.get(url("show", submitted)).content.decode()
    page = officer.get(url("assign", submitted)).content.decode()
    assert "示例调查人员1" in page
    assert "上级借派" in page
    team = {"people": posts, "unrelated": posts, "planned_on": "2026-03-06", "helpers": "示例社工、示例义工"}
    answer = officer.press(url("assign", submitted), team, thing=submitted)
    assert answer.url == url("show", submitted)
    one, two = (sign_in(world.by("investigator", number=n)) for n in (1, 2))
    case = Case.objects.get(pk=submitted.pk)
    members = answers(one, case, "members")
    for member in case.verified.members.all():
        members[f"{prefix_of(member)}-confirmed_by_visit"] = "True"
    answer = one.press(url("record", case, "members"), members | {"go": "next"}, thing=case)
    assert answer.url == url("record", case, "assets")
    answer = one.press(url("record", case, "assets"), answers(one, case, "assets") | {"go": "next"}, thing=case)
    assert answer.url == url("record", case, "expenses")
    answer = one.press(url("record", case, "expenses"), answers(one, case, "expenses") | {"go": "next"}, thing=case)
    assert answer.url == url("record", case, "findings")
    found = {"surveyed_on": "2026-03-06", **dict.fromkeys(rules.GROUNDS, "False"), "go": "next"}
    assert one.press(url("record", case, "findings"), found, thing=case).url == url("record", case, "check")
    check = {"check_state": "waived", "check_waived_reason": "核对平台未接通", "go": "next"}
    assert one.press(url("record", case, "check"), check, thing=case).url == url("record", case, "photos")
    for client in (one, two):
        assert client.press(url("sign", case), {"unrelated": "on"}, thing=case).status_code == 302
    shown = one.get(url("show", case))
    assert shown.context["obstacles"] == []
    assert shown.context["not_eligible"] == []
    assert shown.context["conclusion_form"]["survey_level"].value() == "province_or_above"
    assert shown.context["differences"] == []
    conclusion = {"conclusion": "1", "survey_level": "province_or_above"}
    assert one.press(url("conclude", case), conclusion, thing=case).status_code == 302
    case.refresh_from_db()
    assert case.state == "candidate"
    assert "省级以上" in one.get(url("show", case)).content.decode()


def test_an_incomplete_team_is_said_at_once_and_what_was_ticked_stays(world, sign_in, submitted):
    officer, post = sign_in(world.by("officer")), world.by("investigator").post
    answer = officer.press(
        url("assign", submitted),
        {"people": [post.id], "planned_on": "2026-03-01", "helpers": "示例社工"},
        thing=submitted,
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("至少指派两名工会工作人员", "须声明与该户无亲属关系", "计划入户日期不能早于申请日期"):
        assert sentence in page
    assert f'value="{post.id}" checked' in page
    assert "示例社工" in page
    assert not Visit.objects.exists()


def test_the_second_press_and_the_stale_page_change_nothing(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    write(world, visiting)
    data = {"unrelated": "on", "once": "x" * 24}
    assert one.press(url("sign", visiting), data, thing=visiting).status_code == 302
    assert one.press(url("sign", visiting), data, thing=visiting).status_code == 409
    stale = one.press(url("record", visiting, "check"), {"version": 1, "check_state": "asked"})
    assert stale.status_code == 409
    assert "没有保存" in stale.content.decode()


def test_autosave_keeps_the_valid_answers_and_says_what_is_wrong(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    data = answers(one, visiting, "assets") | {"household_nonwage_income": "1200", "self_built_count": "-3"}
    answer = one.press(url("record", visiting, "assets"), data, thing=visiting, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "没有保存这一项" in page
    assert "申报：0.00 元/年" in page
    assert "与申报不同" in page
    visiting.refresh_from_db()
    assert f'name="version" value="{visiting.version}"' in page
    assert (visiting.verified.household_nonwage_income, visiting.verified.self_built_count) == (120000, None)
    answer = one.press(
        url("record", visiting, "assets"), data | {"go": "next"}, thing=visiting, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422


def test_autosave_writes_the_trail_only_when_something_changed(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    data = answers(one, visiting, "assets")
    before = Case.objects.get(pk=visiting.pk).version
    one.press(url("record", visiting, "assets"), data, thing=visiting, headers={"HX-Request": "true"})
    assert Case.objects.get(pk=visiting.pk).version == before


def test_without_javascript_wrong_answers_come_back_as_typed(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    answer = one.press(url("record", visiting, "findings"), {"surveyed_on": "2026-03-01", "go": "next"}, thing=visiting)
    assert answer.status_code == 422
    assert "入户日期不能早于申请日期" in answer.content.decode()
    assert 'value="2026-03-01"' in answer.content.decode()


def test_a_found_member_is_added_and_removed(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    data = answers(one, visiting, "members") | {"new_member": "示例新员", "go": "add"}
    assert one.press(url("record", visiting, "members"), data, thing=visiting).url == url("record", visiting, "members")
    assert "调查新增" in one.get(url("record", visiting, "members")).content.decode()
    data = answers(one, visiting, "members") | {"go": "remove-2"}
    one.press(url("record", visiting, "members"), data, thing=visiting)
    assert visiting.verified.members.count() == 2


def test_photos_are_kept_and_taken_out(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    photo = SimpleUploadedFile("门口.png", PNG, "image/png")
    assert one.press(url("photos", visiting), {"photos": [photo]}).status_code == 302
    kept = queries.photos(queries.current(visiting)).get()
    assert kept.kind == "22"
    assert "门口.png" in one.get(url("record", visiting, "photos")).content.decode()
    one.press(reverse("visits:remove_photo", args=[visiting.id, kept.id]))
    assert not queries.photos(queries.current(visiting)).exists()
    bad = SimpleUploadedFile("坏.png", b"nothing", "image/png")
    assert "不是照片" in one.press(url("photos", visiting), {"photos": [bad]}, follow=True).content.decode()


def test_a_known_exclusion_is_suggested_and_eligible_refused(world, sign_in, visiting):
    write(world, visiting, self_built_count=1)
    waive(world, visiting)
    sign(world, visiting)
    one = sign_in(world.by("investigator"))
    shown = one.get(url("show", visiting))
    assert shown.context["conclusion_form"]["ground"].value() == "R-EX-1"
    assert "建议结论" in shown.content.decode()
    answer = one.press(url("conclude", visiting), {"conclusion": "1", "survey_level": "prefecture"}, thing=visiting)
    assert answer.status_code == 422
    assert "不能作出“符合”的结论" in answer.content.decode()


def test_conclude_is_disabled_with_its_reasons(world, sign_in, visiting):
    page = sign_in(world.by("investigator")).get(url("show", visiting)).content.decode()
    assert "至少两名调查人员本人签名，已签 0 人" in page
    assert "page=findings" in page


def test_a_taken_back_conclusion_can_be_mended(world, sign_in, visiting):
    write(world, visiting)
    waive(world, visiting)
    sign(world, visiting)
    conclude(world, visiting)
    one = sign_in(world.by("investigator"))
    one.press(reverse("desk:take_back", args=[visiting.id]), {"reason": "写错级别"}, thing=visiting)
    page = one.get(url("show", visiting))
    assert page.context["may_resume"]
    assert one.get(url("record", visiting)).url == url("show", visiting)
    assert one.press(url("resume", visiting), thing=visiting).url == url("record", visiting)
    assert "以前的一轮调查" in one.get(url("show", visiting)).content.decode()


def test_phones_stay_masked_until_a_reason_is_given(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    page = one.get(reverse("visits:list")).content.decode()
    assert PHONE not in page
    assert "138****0001" in page
    assert PHONE not in one.get(url("show", visiting)).content.decode()
    one.press(reverse("visits:phones"), {"reason": ""})
    assert PHONE not in one.get(reverse("visits:list")).content.decode()
    one.press(reverse("visits:phones"), {"reason": "约定入户时间"})
    assert PHONE in one.get(reverse("visits:list")).content.decode()
    assert PHONE not in sign_in(world.by("investigator", number=2)).get(reverse("visits:list")).content.decode()


def test_the_list_shows_mine_first_and_asks_a_constant_number_of_queries(world, sign_in, visiting):
    one = sign_in(world.by("investigator"))
    other = sign_in(world.by("officer", world.county))

    def count(client) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse("visits:list")).status_code == 200
        return len(asked)

    before = count(one), count(other)
    for name in ("示例乙一", "示例丙一"):
        case = make_case(world.by("officer"), "submitted", name=name)
        Application.objects.filter(case=case).update(applied_on="2026-03-02")
        assign(world, case)
    make_case(world.by("officer"), "submitted", name="示例丁一")
    assert (count(one), count(other)) == before
    shown = one.get(reverse("visits:list"))
    assert len(shown.context["mine"]) == 3
    assert shown.context["others"] == []
    assert len(other.get(reverse("visits:list")).context["others"]) == 3
    assert len(sign_in(world.by("officer")).get(reverse("visits:list")).context["waiting"]) == 1


def test_a_foreign_county_finds_nothing(world, sign_in, visiting):
    stranger = sign_in(world.by("officer", world.other_county))
    for name in ("show", "assign", "record"):
        assert stranger.get(url(name, visiting)).status_code == 404
    for name in ("sign", "conclude", "resume", "photos"):
        assert stranger.press(url(name, visiting), {"conclusion": "1"}, thing=visiting).status_code == 404


def test_a_post_without_the_right_is_sent_back(world, sign_in, visiting):
    chair = sign_in(world.by("chair"))
    assert chair.get(url("record", visiting)).url == url("show", visiting)
    page = chair.get(url("show", visiting)).content.decode()
    assert "作出结论" not in page
    investigator = sign_in(world.by("investigator"))
    assert investigator.get(url("assign", visiting)).url == url("show", visiting)


def test_a_concluded_visit_is_only_read(world, sign_in, submitted):
    visited(world, submitted)
    conclude(world, submitted)
    one = sign_in(world.by("investigator"))
    assert one.get(url("record", submitted)).url == url("show", submitted)
    page = one.get(url("show", submitted)).content.decode()
    assert "经调查核实" in page
    assert "更改调查人员" not in page
