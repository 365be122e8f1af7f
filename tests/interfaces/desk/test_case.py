"""The whole case on one page: masked until revealed, what may be done next, what was done."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households.models import PersonClaim
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.privacy.scope import scoped, set_scope
from tests.factories.cases import add_member, make_case, make_declared
from tests.factories.ids import citizen_id

pytestmark = pytest.mark.django_db


def page(client, case, status=200):
    answer = client.get(reverse("desk:case", args=[case.id]))
    assert answer.status_code == status
    return answer.content.decode()


def show(client, case, reason="电话核对入户时间"):
    return client.press(reverse("desk:reveal", args=[case.id]), {"reason": reason})


@pytest.mark.parametrize("state", list(State))
def test_the_page_opens_in_every_state(world, sign_in, state):
    by = world.by("officer")
    case = make_case(by, state, returned_to="applicant" if state == State.RETURNED else "")
    assert case.case_no in page(sign_in(by), case)


def test_the_case_of_another_county_is_not_found(world, sign_in):
    case = make_case(world.by("officer", world.foreign_plant), State.VISITING)
    client = sign_in(world.by("officer", world.county))
    for name in ("case", "reveal", "withdraw", "take_back"):
        url = reverse(f"desk:{name}", args=[case.id])
        answer = client.get(url) if name == "case" else client.press(url, {"reason": "试试"}, thing=case)
        assert answer.status_code == 404


def test_sensitive_values_are_masked_until_a_reason_is_given_and_logged_once_a_day(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.VISITING)
    client = sign_in(by)
    id_number, phone = case.declared.applicant.id_number, case.declared.phone
    text = page(client, case)
    assert id_number not in text
    assert phone not in text
    assert "尿毒症" not in text
    assert "终末期肾病" not in text
    assert "还没有人查看过" in text

    assert show(client, case, " ").status_code == 422
    assert id_number not in page(client, case)
    answer = show(client, case)
    assert answer.url == reverse("desk:case", args=[case.id])
    text = page(client, case)
    assert id_number in text
    assert phone in text
    assert "终末期肾病" in text
    assert "电话核对入户时间" in text
    show(client, case, "再看一次")
    assert Entry.objects.filter(case_id=case.id, verb="cases.reveal").count() == 1
    assert id_number not in page(sign_in(world.by("officer", number=2)), case)


def test_after_a_reveal_one_comes_back_to_a_page_of_this_house_only(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.VISITING)
    client, url = sign_in(by), reverse("desk:reveal", args=[case.id])
    typed = {"reason": "电话核对入户时间"}
    assert client.press(url, typed | {"next": "/cases/?group=open"}).url == "/cases/?group=open"
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        assert client.press(url, typed | {"next": elsewhere}).url == reverse("desk:case", args=[case.id])


def test_a_post_that_may_not_reveal_is_told_so(world, sign_in):
    case = make_case(world.by("officer"), State.VISITING)
    client = sign_in(world.appoint("officer", world.province))
    assert "您的岗位不能查看" in page(client, case)
    assert show(client, case).status_code == 422


def test_a_child_under_fourteen_is_wholly_masked(world, sign_in):
    by = world.by("officer")
    case = make_case(by)
    add_member(
        case.declared,
        2,
        name="示例小宝",
        id_number=citizen_id("20180505", "1"),
        relation_to_applicant="20",
        monthly_income=0,
    )
    client = sign_in(by)
    text = page(client, case)
    assert "示例小宝" not in text
    assert "示***" in text
    assert "未满14周岁" in text
    show(client, case)
    assert "示例小宝" in page(client, case)


def test_what_the_witnesses_say_stands_side_by_side(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.CANDIDATE)
    other = make_declared(world.textile, household=case.household, expense_medical=900000)
    Case.objects.filter(pk=case.pk).update(verified=other)
    text = page(sign_in(by), case)
    row = text.split(">医疗费用")[1].split("</tr>")[0]
    assert "有变化" in row
    assert "12,000.00 元/年" in row
    assert "9,000.00 元/年" in row
    assert "元/人·月" in text


def test_what_differs_about_members_is_masked_too(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.CANDIDATE)
    other = make_declared(world.textile, household=case.household)
    spouse = other.others[0]
    spouse.health_status, spouse.monthly_income = "01", 100000
    spouse.save()
    Case.objects.filter(pk=case.pk).update(verified=other)
    client = sign_in(by)
    text = page(client, case).split('id="members"')[1].split("</section>")[0]
    assert "不同的" in text
    assert "1,000.00" in text
    assert spouse.id_number not in text
    assert "（已遮盖）" in text
    show(client, case)
    assert spouse.id_number in page(client, case)


def test_the_next_steps_are_those_of_the_acting_post(world, sign_in):
    case = make_case(world.by("officer"), State.SUBMITTED)
    text = page(sign_in(world.by("officer")), case)
    assert "指派调查人员" in text.split('id="next"')[1].split("</section>")[0]
    assert "撤回申请" in text
    text = page(sign_in(world.by("investigator")), case).split('id="next"')[1].split("</section>")[0]
    assert "没有您的岗位可以办理的步骤" in text
    assert "撤回申请" not in text


def test_withdrawing_needs_a_reason_and_releases_the_persons(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.VISITING)
    client, url = sign_in(by), reverse("desk:withdraw", args=[case.id])
    assert PersonClaim.objects.filter(case_id=case.id).exists()
    assert client.press(url, {"reason": ""}, thing=case).status_code == 422
    assert client.press(url, {"reason": "职工书面撤回"}, thing=case).status_code == 302
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert not PersonClaim.objects.filter(case_id=case.id).exists()
    answer = client.press(url, {"reason": "职工书面撤回"}, thing=case)
    assert answer.status_code == 422
    assert "不能撤回申请" in answer.content.decode()


def test_a_stale_page_withdraws_nothing(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.VISITING)
    answer = sign_in(by).press(
        reverse("desk:withdraw", args=[case.id]), {"reason": "职工撤回", "version": case.version - 1}
    )
    assert answer.status_code == 422
    assert "不是最新" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == State.VISITING


def test_the_last_decision_is_taken_back_and_stays_in_the_timeline(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.CANDIDATE)
    flow.take(case.id, "pass_review", by=by, version=case.version)
    client = sign_in(by)
    assert "收回刚才的决定" in page(client, case)
    assert "收回刚才的决定" not in page(sign_in(world.by("officer", number=2)), case)
    assert client.press(reverse("desk:take_back", args=[case.id]), {"reason": "点错"}, thing=case).status_code == 302
    text = page(client, case)
    assert "已收回" in text
    assert "点错" in text
    case.refresh_from_db()
    assert case.state == State.CANDIDATE
    answer = client.press(reverse("desk:take_back", args=[case.id]), thing=case)
    assert answer.status_code == 409


def test_papers_show_which_print_is_out_of_date(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.VISITING)
    documents.record_print(case, "F2", by=by)
    assert "已过期" not in page(sign_in(by), case)
    documents.outdate_prints(case.id, ("F2",))
    assert "已过期，内容有变" in page(sign_in(by), case)


def test_the_page_asks_a_constant_number_of_queries(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.CANDIDATE)
    client = sign_in(by)

    def asked():
        with CaptureQueriesContext(connection) as found:
            page(client, case)
        return len(found)

    documents.record_print(case, "F2", by=by)
    page(client, case)
    one = asked()
    for _ in range(3):
        documents.record_print(case, "F2", by=by)
        flow.take(case.id, "pass_review", by=by, version=None)
        flow.take_back(case.id, by=by, version=Case.objects.get(pk=case.id).version)
    assert asked() == one
    assert one < 45


def test_the_search_finds_by_every_key_and_masks_what_it_shows(world, sign_in):
    by = world.by("officer", world.county)
    case = make_case(world.by("officer"), State.VISITING, name="示例张三")
    Case.objects.filter(pk=case.pk).update(worker_no="1301022026000013")
    foreign = make_case(world.by("officer", world.foreign_plant), State.VISITING, name="示例张四")
    client, url = sign_in(by), reverse("desk:search")
    id_number = case.declared.applicant.id_number
    for typed in (
        "张三",
        "slzs",
        case.case_no,
        case.case_no.lower(),
        "1301022026000013",
        id_number,
        case.declared.phone,
    ):
        text = client.post(url, {"post": by.post.id, "q": typed}).content.decode()
        assert "示例张三" in text, typed
        assert "示例张四" not in text
        assert id_number not in text
        assert case.declared.phone not in text
    assert "没有找到" in client.post(url, {"post": by.post.id, "q": foreign.case_no}).content.decode()
    assert "没有找到" in client.post(url, {"post": by.post.id, "q": " "}).content.decode()
    assert client.get(url, {"q": id_number}).status_code == 405


def test_the_search_asks_the_same_number_of_queries_for_one_and_for_many(world, sign_in):
    by = world.by("officer")
    client = sign_in(by)

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.post(reverse("desk:search"), {"post": by.post.id, "q": "示例"})
        return len(found)

    make_case(by, State.VISITING)
    asked()
    one = asked()
    make_case(by, State.VISITING)
    make_case(by, State.CANDIDATE)
    assert asked() == one


def test_the_trail_is_read_by_those_who_may_and_only_in_their_subtree(world, sign_in):
    by = world.by("officer")
    case = make_case(by, State.VISITING)
    foreign = make_case(world.by("officer", world.foreign_plant), State.VISITING)
    show(sign_in(by), case, "核对证件号码")
    assert sign_in(by).get(reverse("desk:case_audit", args=[case.id])).status_code == 403
    for role, org in (("admin", world.county), ("admin", world.city), ("supervisor", world.province)):
        client = sign_in(world.by(role, org))
        text = client.get(reverse("desk:case_audit", args=[case.id])).content.decode()
        assert "核对证件号码" in text
        assert "新建申请" in text
        assert "核对证件号码" in client.get(reverse("desk:audit")).content.decode()
        only = client.get(reverse("desk:audit"), {"verb": "cases.start"}).content.decode()
        assert "核对证件号码" not in only
        answer = client.get(reverse("desk:audit"), {"union": world.textile.name})
        assert "核对证件号码" in answer.content.decode()
    admin = sign_in(world.by("admin", world.county))
    assert admin.get(reverse("desk:case_audit", args=[foreign.id])).status_code == 404
    assert sign_in(by).get(reverse("desk:audit")).status_code == 403


def test_the_name_index_is_searched_within_the_scope_only(world):
    """door_cases_by_name runs as the owner, past the policies, and keeps the subtree by itself."""
    case = make_case(world.by("officer"), State.VISITING, name="示例张三")
    make_case(world.by("officer", world.foreign_plant), State.VISITING, name="示例张三")

    def found():
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM door_cases_by_name(%s::varchar[])", [["张三"]])
            return [id_ for (id_,) in cursor.fetchall()]

    with scoped(world.county.id):
        assert found() == [case.id]
    with scoped(world.city.id):
        assert len(found()) == 2
    set_scope(None)
    assert found() == []
