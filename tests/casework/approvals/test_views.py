"""The pages of approvals: the queue, the batch, the four boxes, the opinion."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.casework.approvals.models import Opinion
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.foundations.documents.models import Print
from bangfu.foundations.ui.posting import new_token
from tests.factories.approvals import make_ready, opine
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db
AGREE = {"decision": "approve", "text": "同意", "no_kinship": "on"}


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def page(client, case, name="case") -> str:
    return client.get(reverse(f"approvals:{name}", args=[case.id])).content.decode()


def ticked(*cases) -> dict:
    versions = {f"version-{case.id}": fresh(case).version for case in cases}
    return {"household": [case.id for case in cases], "text": "同意", "no_kinship": "on"} | versions


def test_the_chair_signs_and_the_page_shows_the_sealed_opinion(world, sign_in):
    case = make_ready(world.by("officer"))
    client = sign_in(world.by("chair"))
    before = page(client, case)
    for words in ("基层工会意见", "没有不一致的项目", "无异议", "轮到这一级", "只能签署同意意见"):
        assert words in before
    answer = client.press(reverse("approvals:opine", args=[case.id]), AGREE, thing=case)
    assert answer.status_code == 302
    after = page(client, case)
    assert "已封存，不能修改" in after
    assert "收回我刚才的意见" in after
    assert fresh(case).state == State.AT_TOWNSHIP


def test_the_reviewer_returns_to_the_applicant_with_a_list(world, sign_in):
    case = make_ready(world.by("officer"), "at_county")
    client = sign_in(world.by("reviewer", world.county))
    url = reverse("approvals:opine", args=[case.id])
    data = {
        "decision": "return",
        "returned_to": "applicant",
        "text": "材料不全",
        "items": "补居住证\n补票据",
        "no_kinship": "on",
    }
    assert client.press(url, data, thing=case).status_code == 302
    assert [item.text for item in fresh(case).application.requested_items.all()] == ["补居住证", "补票据"]
    assert "退回申请人</strong>：材料不全" in page(client, case)


def test_a_refusal_tells_the_right_to_apply_again(world, sign_in):
    case = make_ready(world.by("officer"), "at_county")
    client = sign_in(world.by("reviewer", world.county))
    data = {"decision": "refuse", "rule": "R-EX-1", "text": "有两套住房", "no_kinship": "on"}
    client.press(reverse("approvals:opine", args=[case.id]), data, thing=case)
    after = page(client, case)
    for words in ("有两套住房", "拥有2套（含）以上住宅", "申诉", "重新申请"):
        assert words in after


def test_what_was_typed_stays_when_the_opinion_is_refused(world, sign_in):
    case = make_ready(world.by("officer"), "at_county")
    client = sign_in(world.by("reviewer", world.county))
    data = {"decision": "return", "text": "缺居住证复印件日期"}
    answer = client.press(reverse("approvals:opine", args=[case.id]), data, thing=case)
    text = answer.content.decode()
    assert answer.status_code == 422
    for words in ("缺居住证复印件日期</textarea>", "请选择退回到哪一级", "请确认本人与该户无亲属关系"):
        assert words in text
    assert not Opinion.objects.exists()


def test_a_level_that_is_not_below_cannot_be_sent(world, sign_in):
    case = make_ready(world.by("officer"), "at_township")
    data = AGREE | {"decision": "return", "returned_to": "county", "text": "请核实"}
    client = sign_in(world.by("reviewer", world.township))
    assert client.press(reverse("approvals:opine", args=[case.id]), data, thing=case).status_code == 422
    assert fresh(case).state == State.AT_TOWNSHIP


def test_who_acted_below_sees_why_the_button_is_off(world, sign_in):
    case = make_ready(world.by("officer"), "at_township")
    reviewer = world.by("reviewer", world.township)
    opine(reviewer, case)
    above = world.appoint("reviewer", world.county, user=reviewer.user)
    text = page(sign_in(above), case)
    assert "您在下级环节办理过这一户" in text
    assert reverse("approvals:opine", args=[case.id]) not in text


def test_two_presses_and_a_stale_page_sign_once(world, sign_in):
    case = make_ready(world.by("officer"))
    client, url, once = sign_in(world.by("chair")), reverse("approvals:opine", args=[case.id]), new_token()
    client.press(url, AGREE | {"once": once}, thing=case)
    assert client.press(url, AGREE | {"once": once}, thing=case).status_code == 409
    assert client.press(url, AGREE | {"version": case.version}).status_code == 422
    assert Opinion.objects.count() == 1


def test_a_foreign_county_finds_nothing(world, sign_in):
    case = make_ready(world.by("officer"), "at_county")
    client = sign_in(world.by("reviewer", world.other_county))
    assert client.get(reverse("approvals:case", args=[case.id])).status_code == 404
    for name in ("opine", "take_back", "print"):
        assert client.press(reverse(f"approvals:{name}", args=[case.id]), AGREE, thing=case).status_code == 404
    answer = client.press(reverse("approvals:batch"), ticked(case)).content.decode()
    assert "示例甲一" not in answer
    assert fresh(case).state == State.AT_COUNTY


def test_an_officer_has_no_queue(world, sign_in):
    assert sign_in(world.by("officer")).get(reverse("approvals:list")).status_code == 403
    assert sign_in(world.by("officer")).press(reverse("approvals:batch"), {}).status_code == 403


def test_a_batch_signs_what_it_can_and_says_of_each_why_not(world, sign_in):
    by = world.by("officer")
    good, moved = make_ready(by, "at_county", name="示例甲一"), make_ready(by, "at_county", name="示例乙一")
    unready = make_case(by, "at_county", name="示例丙一")
    client = sign_in(world.by("reviewer", world.county))
    data = ticked(good, moved, unready)
    opine(world.by("reviewer", world.county, 2), moved)
    answer = client.press(reverse("approvals:batch"), data).content.decode()
    for words in ("已签署 1 户", "没有签署 2 户", "不是最新", "公示结果还没有登记"):
        assert words in answer
    assert [fresh(case).state for case in (good, moved, unready)] == [State.AT_CITY, State.AT_CITY, State.AT_COUNTY]
    assert Opinion.objects.filter(case=moved).count() == 1


def test_a_batch_without_ticks_or_without_the_declaration_signs_nothing(world, sign_in):
    case = make_ready(world.by("officer"), "at_county")
    client = sign_in(world.by("reviewer", world.county))
    assert "请先勾选" in client.press(reverse("approvals:batch"), {"text": "同意"}).content.decode()
    data = ticked(case)
    del data["no_kinship"]
    assert "无亲属关系" in client.press(reverse("approvals:batch"), data).content.decode()
    assert not Opinion.objects.exists()


def test_differences_are_masked_until_a_reason_is_given(world, sign_in):
    case = make_ready(world.by("officer"), "at_county")
    other = make_case(world.by("officer"), "candidate", name="示例乙一", phone="13899990002")
    Case.objects.filter(pk=case.pk).update(verified=other.verified)
    client = sign_in(world.by("reviewer", world.county))
    text = page(client, case)
    assert "不一致" in text
    assert "138****0002" in text
    assert "13899990002" not in text
    client.press(reverse("desk:reveal", args=[case.id]), {"reason": "核对电话"})
    assert "13899990002" in page(client, case)


def test_own_opinion_is_taken_back_with_the_button(world, sign_in):
    case = make_ready(world.by("officer"))
    client = sign_in(world.by("chair"))
    client.press(reverse("approvals:opine", args=[case.id]), AGREE, thing=case)
    assert (
        client.press(reverse("approvals:take_back", args=[case.id]), {"reason": "写错"}, thing=case).status_code == 302
    )
    assert fresh(case).state == State.NOTICE_CLEARED
    assert "已收回" in page(client, case)


def test_the_print_is_noted(world, sign_in):
    case = make_ready(world.by("officer"))
    sign_in(world.by("officer")).press(reverse("approvals:print", args=[case.id]))
    assert (Print.objects.get().form, Print.objects.get().version) == ("F2", case.version)


def test_the_queue_costs_the_same_for_one_and_three_cases(world, sign_in):
    by = world.by("officer")
    client, url = sign_in(world.by("reviewer", world.county)), reverse("approvals:list")

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    make_ready(by, "at_county")
    one = cost()
    make_ready(by, "at_county")
    make_ready(by, "at_county")
    assert cost() == one


def test_the_chair_above_finds_what_can_be_signed_below(world, sign_in):
    case = make_ready(world.by("officer"))
    client, url = sign_in(world.by("chair", world.township)), reverse("approvals:list")
    assert "示例甲一" not in client.get(url).content.decode()
    assert "示例甲一" in client.get(url, {"below": "1"}).content.decode()
    client.press(reverse("approvals:batch"), ticked(case))
    assert fresh(case).state == State.AT_TOWNSHIP


def test_pages_of_the_queue_follow_one_another(world, sign_in, monkeypatch):
    from bangfu.casework.approvals import queries

    monkeypatch.setattr(queries, "SIZE", 1)
    by = world.by("officer")
    make_ready(by, "at_county", name="示例甲一"), make_ready(by, "at_county", name="示例乙一")
    client, url = sign_in(world.by("reviewer", world.county)), reverse("approvals:list")
    assert "page=2" in client.get(url).content.decode()
    assert "示例乙一" in client.get(url, {"page": "2"}).content.decode()
