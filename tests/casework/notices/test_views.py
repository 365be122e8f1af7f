"""The pages of notices: posting by ticking, the list, objections, results row by row, the public page."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.notices import views
from bangfu.casework.notices.models import Notice, Objection
from bangfu.foundations.codes import clock
from bangfu.foundations.documents.models import Attachment, Print
from bangfu.foundations.privacy.scope import set_scope
from tests.factories.cases import make_case
from tests.factories.notices import PHONES, make_meeting, post

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02"


def photo() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (20, 20)).save(data, "JPEG")
    return SimpleUploadedFile("张贴.jpg", data.getvalue(), "image/jpeg")


def typed(meeting, *cases, **changes) -> dict:
    data = {"meeting": meeting.id, "household": [case.id for case in cases], "notice_from": "2026-03-02"}
    data |= {"feedback_days": "7", "posted_at_place": "厂区公告栏", **PHONES}
    for case in cases:
        data[f"version-{case.id}"] = Case.objects.get(pk=case.pk).version
    return data | changes


def ticked(*cases) -> dict:
    versions = {f"version-{case.id}": Case.objects.get(pk=case.pk).version for case in cases}
    return {"household": [case.id for case in cases]} | versions


def test_the_officer_posts_the_list_of_the_last_meeting(world, sign_in):
    by = world.by("officer")
    with clock.travel(MONDAY):
        cases = [make_case(by, "passed", name=f"示例甲{n}") for n in (1, 2)]
        meeting = make_meeting(by, cases)
        client = sign_in(by)
        assert "等待张贴" in client.get(reverse("notices:list")).content.decode()
        page = client.get(reverse("notices:post")).content.decode()
        assert "2026年3月9日" in page
        assert "2026年3月10日" in page
        assert "通知未规定" in page
        answer = client.press(reverse("notices:post"), typed(meeting, cases[0]))
        notice = Notice.objects.get()
        assert answer.status_code == 302
        assert answer.url == reverse("notices:show", args=[notice.id])
        assert [Case.objects.get(pk=case.pk).state for case in cases] == [State.ON_NOTICE, State.PASSED]
        shown = client.get(answer.url).content.decode()
        for words in ("示例甲1", "38,400.00", "20,000.00", "供养直系亲属大病", "0311-85651234", "厂区公告栏"):
            assert words in shown
        for secret in ("130102", "尿毒症", "示例街1号"):
            assert secret not in shown


def test_what_was_typed_stays_when_the_list_is_refused(world, sign_in):
    by = world.by("officer")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        client = sign_in(by)
        data = typed(make_meeting(by, [case]), case, notice_from="2026-02-27", contact_phone="123")
        answer = client.press(reverse("notices:post"), data)
        assert answer.status_code == 422
        assert "电话应为" in answer.content.decode()
        assert 'value="厂区公告栏"' in answer.content.decode()
        answer = client.press(reverse("notices:post"), data | {"contact_phone": "13800000008"})
        assert "不能早于今天" in answer.content.decode()
        assert not Notice.objects.exists()


def test_the_last_day_is_shown_while_the_first_is_chosen(world, sign_in):
    by = world.by("officer")
    meeting = make_meeting(by, [make_case(by, "passed")])
    client, url = sign_in(by), reverse("notices:period")
    assert "2026年5月7日" in client.get(url, {"meeting": meeting.id, "notice_from": "2026-04-27"}).content.decode()
    assert "尚未录入" in client.get(url, {"meeting": meeting.id, "notice_from": "2031-04-28"}).content.decode()
    assert "选好张贴日期" in client.get(url, {"meeting": meeting.id, "notice_from": "x"}).content.decode()


def test_a_second_press_posts_no_second_list(world, sign_in):
    by = world.by("officer")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        meeting, client = make_meeting(by, [case]), sign_in(by)
        data = typed(meeting, case, once="x" * 24)
        client.press(reverse("notices:post"), data)
        assert client.press(reverse("notices:post"), data).status_code == 409
        assert Notice.objects.count() == 1


def test_a_foreign_union_sees_neither_the_notice_nor_the_meeting(world, sign_in):
    by = world.by("officer")
    case = make_case(by, "passed")
    meeting = make_meeting(by, [case])
    notice = post(by, [case], meeting=meeting)
    client = sign_in(world.by("officer", world.foreign_plant))
    for name in ("show", "proof", "print", "clear"):
        url = reverse(f"notices:{name}", args=[notice.id])
        assert (client.get(url) if name == "show" else client.press(url, ticked(case))).status_code == 404
    assert client.get(reverse("notices:post"), {"meeting": meeting.id}).status_code == 404
    assert "示例甲一" not in client.get(reverse("notices:list")).content.decode()


def test_an_administrator_sees_no_notices(world, sign_in):
    assert sign_in(world.by("admin", world.county)).get(reverse("notices:list")).status_code == 403


def test_an_investigator_sees_the_list_but_does_not_post(world, sign_in):
    client = sign_in(world.by("investigator"))
    assert client.get(reverse("notices:list")).status_code == 200
    assert client.get(reverse("notices:post")).status_code == 403


def test_the_list_costs_the_same_for_one_and_three_notices(world, sign_in):
    by = world.by("officer")
    client, url = sign_in(by), reverse("notices:list")

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    post(by, [make_case(by, "passed")])
    one = cost()
    for _ in range(2):
        post(by, [make_case(by, "passed"), make_case(by, "passed")])
    assert cost() == one


def test_the_kinds_of_the_list(world, sign_in):
    by = world.by("officer")
    client, url = sign_in(by), reverse("notices:list")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        notice = post(by, [case])
        shown = reverse("notices:show", args=[notice.id])
        assert shown in client.get(url).content.decode()
    with clock.travel("2026-03-10"):
        assert shown not in client.get(url).content.decode()
        assert shown in client.get(url, {"kind": "due"}).content.decode()
        client.press(reverse("notices:clear", args=[notice.id]), ticked(case))
        assert shown not in client.get(url, {"kind": "due"}).content.decode()
        assert shown in client.get(url, {"kind": "over"}).content.decode()


def test_pages_of_the_list_follow_one_another(world, sign_in, monkeypatch):
    from bangfu.casework.notices import queries

    monkeypatch.setattr(queries, "SIZE", 1)
    by = world.by("officer")
    notices = [post(by, [make_case(by, "passed")]) for _ in range(2)]
    client, url = sign_in(by), reverse("notices:list")
    first = client.get(url).content.decode()
    assert reverse("notices:show", args=[notices[1].id]) in first
    assert f"after={notices[1].id}" in first
    assert reverse("notices:show", args=[notices[0].id]) in client.get(url, {"after": notices[1].id}).content.decode()


def test_results_are_written_row_by_row_and_each_says_why_not(world, sign_in):
    by = world.by("officer")
    client = sign_in(by)
    with clock.travel(MONDAY):
        good, stopped = (make_case(by, "passed", name=name) for name in ("示例甲一", "示例乙一"))
        notice = post(by, [good, stopped])
        assert "2026年3月10日 起才能登记" in client.get(reverse("notices:show", args=[notice.id])).content.decode()
        data = {"received_on": "2026-03-02", "channel": "phone", "text": "有车"}
        client.press(reverse("notices:object", args=[stopped.id]), data, thing=stopped)
    with clock.travel("2026-03-10"):
        url = reverse("notices:clear", args=[notice.id])
        answer = client.press(url, ticked(good, stopped))
        assert answer.status_code == 422
        assert "还有 1 件异议没有答复" in answer.content.decode()
        assert Case.objects.get(pk=good.pk).state == State.NOTICE_CLEARED
        assert Case.objects.get(pk=stopped.pk).state == State.OBJECTED
        assert "请先勾选" in client.press(url, {}).content.decode()


def test_an_objection_comes_in_and_is_answered_and_the_name_stays_hidden(world, sign_in):
    by = world.by("officer")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        post(by, [case])
        data = {"received_on": "2026-03-02", "channel": "visit", "text": "反映其有车", "objector_name": "示例反映人"}
        data["objector_phone"] = "13811112222"
        client = sign_in(by)
        assert client.press(reverse("notices:object", args=[case.id]), data, thing=case).status_code == 302
        page = client.get(reverse("notices:case", args=[case.id])).content.decode()
        assert "反映其有车" in page
        assert "示例反映人" not in page
        assert "13811112222" not in page
        investigator = sign_in(world.by("investigator")).get(reverse("notices:case", args=[case.id])).content.decode()
        assert "反映其有车" not in investigator
        client.press(reverse("desk:reveal", args=[case.id]), {"reason": "核查异议"}, thing=case)
        assert "示例反映人" in client.get(reverse("notices:case", args=[case.id])).content.decode()
        url = reverse("notices:answer", args=[case.id, Objection.objects.get().id])
        answer = client.press(url, {"finding": "", "upheld": "no"}, thing=case)
        assert answer.status_code == 422
        assert client.press(url, {"finding": "受雇驾驶", "upheld": "no"}, thing=case).status_code == 302
        assert Case.objects.get(pk=case.pk).state == State.ON_NOTICE


def test_a_stale_page_registers_no_objection(world, sign_in):
    by = world.by("officer")
    case = make_case(by, "passed")
    post(by, [case])
    data = {"received_on": clock.today().isoformat(), "channel": "phone", "text": "有车", "version": 1}
    answer = sign_in(by).press(reverse("notices:object", args=[case.id]), data)
    assert answer.status_code == 422
    assert "不是最新" in answer.content.decode()
    assert not Objection.objects.exists()


def test_an_objection_of_another_case_is_not_found(world, sign_in):
    by = world.by("officer")
    case, other = make_case(by, "passed"), make_case(by, "passed")
    post(by, [case, other])
    client = sign_in(by)
    data = {"received_on": clock.today().isoformat(), "channel": "phone", "text": "有车"}
    client.press(reverse("notices:object", args=[case.id]), data, thing=case)
    url = reverse("notices:answer", args=[other.id, Objection.objects.get().id])
    assert client.press(url, {"finding": "x", "upheld": "no"}, thing=other).status_code == 404


def test_the_photo_goes_into_every_file_and_the_print_is_noted(world, sign_in):
    by = world.by("officer")
    cases = [make_case(by, "passed"), make_case(by, "passed")]
    notice = post(by, cases)
    client = sign_in(by)
    answer = client.press(reverse("notices:proof", args=[notice.id]), {"photo": photo()})
    assert answer.status_code == 302
    assert sorted(Attachment.objects.filter(kind="06").values_list("case_id", flat=True)) == [c.id for c in cases]
    client.press(reverse("notices:print", args=[notice.id]))
    assert Print.objects.filter(form="F5").count() == 2
    page = client.get(reverse("notices:show", args=[notice.id])).content.decode()
    assert page.count("张贴照片") == 1 + page.count("张贴照片 2")
    bad = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    assert client.press(reverse("notices:proof", args=[notice.id]), {"photo": bad}).status_code == 422


def test_the_page_of_a_case_without_notice_says_what_comes(world, sign_in):
    by = world.by("officer")
    page = sign_in(by).get(reverse("notices:case", args=[make_case(by, "candidate").id])).content.decode()
    assert "这一户还没有公示" in page


# ---- the public page ----


def visit(token: str):
    set_scope(None)
    try:
        return Client().get(reverse("notices:public", args=[token]))
    finally:
        set_scope(None, nation=True)


def test_the_public_page_shows_starred_names_figures_and_the_cause_only(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        notice = post(by, [make_case(by, "passed", name="王小明")])
        answer = visit(notice.token)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        for words in ("王**", "38,400.00", "供养直系亲属大病", "2026年3月9日", "0311-85651234"):
            assert words in page
        for secret in ("王小明", "尿毒症", "A1301"):
            assert secret not in page


def test_unknown_ended_and_withdrawn_notices_get_the_same_answer(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        notice = post(by, [case])
        unknown = visit("nothing")
    with clock.travel("2026-03-10"):
        ended = visit(notice.token)
    with clock.travel(MONDAY):
        Case.objects.filter(pk=case.pk).update(state=State.WITHDRAWN)
        withdrawn = visit(notice.token)
    assert unknown.status_code == ended.status_code == withdrawn.status_code == 404
    assert unknown.content == ended.content == withdrawn.content
    assert "没有正在进行的公示" in unknown.content.decode()


def test_too_many_visits_from_one_address_are_told_to_wait(world, monkeypatch):
    monkeypatch.setattr(views, "VISITS_A_MINUTE", 2)
    with clock.travel(MONDAY):
        assert [visit("x").status_code for _ in range(3)] == [404, 404, 429]
