"""附件6 on its pages: sample 01 is typed in, checked, amended; strangers and wrong posts find nothing."""

import pytest

from bangfu.casework.archives.models import Archive, Draft
from bangfu.casework.archives.queries import page_of
from bangfu.casework.cases.models import Case
from bangfu.casework.households.models import Circumstances
from tests.factories.cases import add_member, make_case
from tests.factories.filing import file_case, fresh

pytestmark = pytest.mark.django_db

# What the visit of sample 01 leaves open; the file's own answers are typed below.
OPEN = {
    "archive_type": "", "filing_standard": "", "work_start_date": None, "housing_type": "", "floor_area": None,
    "other_contact": "", "single_parent": None, "postal_code": "", "hukou_division": "", "hukou_type": "",
    "can_self_help": None, "zero_employment_household": None, "bank_name": "", "bank_branch": "", "bank_card_no": "",
    "medical_aid_received_year": None, "has_basic_medical_insurance": None, "difficulty_category": "",
}  # fmt: skip
WORKER = {
    "a-document_kind": "id", "a-sex": "1", "a-ethnicity": "01", "a-political_status": "3", "a-marital_status": "married",
    "a-monthly_income": "3,200.00", "a-employer_or_school": "示例纺织有限公司", "a-health_status": "01", "a-work_status": "1",
    "a-medical_insurance": "1", "a-model_worker_type": "0", "a-employer_nature": "2", "a-enterprise_condition": "1",
    "a-industry": "C", "a-is_head": "on",
}  # fmt: skip
HOUSEHOLD = {
    "worker_kind": "1", "difficulty_category": "2", "archive_type": "2", "filing_standard": "1",
    "work_start_date": "1996-07-01", "housing_type": "2", "floor_area": "62.50", "postal_code": "０５００００",
    "other_contact": "无", "hukou_division": "130102", "hukou_type": "1", "single_parent": "False", "can_self_help": "True",
    "zero_employment_household": "False", "phone": "13800000001", "residence_address": "河北省石家庄市长安区示例街1号",
    "hukou_address": "河北省石家庄市长安区示例街1号", "household_nonwage_income": "0",
}  # fmt: skip
BANK = {
    "bank_name": "示例银行", "bank_branch": "示例支行", "bank_card_no": "6222 0000 0000 0000 017",
    "medical_aid_received_year": "8000", "has_basic_medical_insurance": "True",
}  # fmt: skip
SHEETS = {
    "示例甲二": {"marital_status": "married", "political_status": "3", "member_identity_fine": "03", "health_status": "05",
             "disease": "尿毒症", "work_status": "3", "relation_to_applicant": "10"},
    "示例甲三": {"marital_status": "unmarried", "political_status": "2", "member_identity_fine": "10", "health_status": "01",
             "current_education": "60", "enrolled_year": "2024", "schooling_years": "3", "work_status": "3",
             "employer_or_school": "示例第四中学", "relation_to_applicant": "30"},
    "示例甲四": {"marital_status": "widowed", "political_status": "3", "member_identity_fine": "04", "health_status": "12",
             "disease": "高血压", "work_status": "4", "relation_to_applicant": "52"},
}  # fmt: skip


def sample_one(world) -> Case:
    """The household of sample 01 as it stands after recognition."""
    case = make_case(world.by("officer"), "recognised", **OPEN)
    frozen = Circumstances.objects.get(pk=case.verified_id)
    verified = Circumstances.objects.create(
        **{
            f.attname: getattr(frozen, f.attname)
            for f in Circumstances._meta.concrete_fields
            if f.attname not in ("id", "frozen_at")
        }
    )
    for member in frozen.members.all():
        member.pk, member.circumstances_id = None, verified.pk
        member.model_worker_type, member.hukou_type, member.medical_insurance = "", "", ""
        member.save()
    common = {"monthly_income": 0, "lives_together": True, "same_register": True}
    add_member(
        verified, 2, name="示例甲三", sex="2", relation_to_applicant="30", member_identity="student",
        employer_or_school="示例第四中学", health_status="01", **common,
    )  # fmt: skip
    add_member(
        verified, 3, name="示例甲四", sex="2", id_number="130102195001079962", relation_to_applicant="52",
        member_identity="retired", health_status="12", **common,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(verified=verified)
    return fresh(case)


def type_in(client, case: Case) -> None:
    url = f"/archives/{case.id}/edit/"
    assert client.get(url).status_code == 200
    draft = Draft.objects.get(case=case)
    applicant, *others = draft.circumstances.members.order_by("position")
    who = {"a-name": applicant.name, "a-id_number": applicant.id_number}
    sheets = {}
    for member in others:
        typed = {
            "name": member.name, "document_kind": "id", "id_number": member.id_number, "sex": member.sex, "lives_together": "True",
            "ethnicity": "01", "monthly_income": "0", "model_worker_type": "0", "medical_insurance": "2", "hukou_type": "1",
            **SHEETS[member.name],
        }  # fmt: skip
        sheets |= {f"m{member.pk}-{name}": value for name, value in typed.items()}
    for part, data in (("worker", {**WORKER, **who}), ("household", HOUSEHOLD), ("members", sheets), ("bank", BANK)):
        response = client.press(f"{url}?part={part}", data, thing=case)
        assert response.status_code == 302, (
            part,
            response.context and [(b.label, b.errors) for b in response.context["wrong"]],
        )


def test_sample_one_is_typed_in_and_the_figures_come_out(world, sign_in):
    case = sample_one(world)
    client = sign_in(world.by("officer"))
    type_in(client, case)
    page = client.get(f"/archives/{case.id}/edit/?part=check").content.decode()
    for figure in ("4 人", "38,400.00 元", "20,000.00 元", "800.00 元"):
        assert figure in page
    assert "必填内容都已填写" in page
    assert client.press(f"/archives/{case.id}/ready/", thing=case).status_code == 302
    chair = sign_in(world.by("chair"))
    assert "审核通过，建档" in chair.get(f"/archives/{case.id}/").content.decode()
    assert chair.press(f"/archives/{case.id}/file/", thing=case).status_code == 302
    case = fresh(case)
    assert case.state == "filed"
    sheet = chair.get(f"/archives/{case.id}/").content.decode()
    assert case.worker_no in sheet
    assert "6222000000000000017" not in sheet
    filed = case.filed
    assert (filed.household_size, filed.household_annual_income) == (4, 3840000)
    assert (filed.annual_necessary_expense, filed.per_capita_monthly_income) == (2000000, 80000)
    assert filed.bank_card_no == "6222000000000000017"
    assert filed.postal_code == "050000"


def test_autosave_keeps_what_is_right_and_says_what_is_wrong(world, sign_in):
    case = make_case(world.by("officer"), "recognised")
    client = sign_in(world.by("officer"))
    client.get(f"/archives/{case.id}/edit/")
    data = {**HOUSEHOLD, "postal_code": "12", "floor_area": "70"}
    response = client.post(f"/archives/{case.id}/save/?part=household", {"post": client.by.post.id, **data})
    assert response.status_code == 200
    assert "邮政编码应为 6 位数字" in response.content.decode()
    saved = Draft.objects.get(case=case).circumstances
    assert (str(saved.floor_area), saved.postal_code) == ("70.00", "050000")


def test_a_wrong_answer_stays_on_the_page_as_typed(world, sign_in):
    case = make_case(world.by("officer"), "recognised")
    client = sign_in(world.by("officer"))
    client.get(f"/archives/{case.id}/edit/")
    response = client.press(f"/archives/{case.id}/edit/?part=household", {**HOUSEHOLD, "postal_code": "12"}, thing=case)
    assert response.status_code == 422
    assert 'value="12"' in response.content.decode()


def test_missing_answers_are_listed_with_links_and_the_button_is_shut(world, sign_in):
    case = make_case(world.by("officer"), "recognised", bank_name="")
    client = sign_in(world.by("officer"))
    client.get(f"/archives/{case.id}/edit/")
    page = client.get(f"/archives/{case.id}/edit/?part=check").content.decode()
    assert f'href="/archives/{case.id}/edit/?part=bank#id_bank_name"' in page
    assert "还有 1 项没有填好" in page
    response = client.press(f"/archives/{case.id}/ready/", thing=case)
    assert response.status_code == 422
    assert "请填写“开户银行”" in response.content.decode()


def test_a_blank_is_excused_on_the_page(world, sign_in):
    case = make_case(world.by("officer"), "recognised", postal_code="")
    client = sign_in(world.by("officer"))
    client.get(f"/archives/{case.id}/edit/")
    data = {"path": "postal_code", "answer": "不详", "reason": "新建小区"}
    assert client.press(f"/archives/{case.id}/excuse/", data, thing=case).status_code == 302
    assert "不详：新建小区" in client.get(f"/archives/{case.id}/edit/?part=check").content.decode()
    assert client.press(f"/archives/{case.id}/excuse/", {"path": "postal_code"}, thing=case).status_code == 302
    assert Draft.objects.get(case=case).circumstances.excused == {}


def test_members_come_and_go_on_the_page(world, sign_in):
    case = make_case(world.by("officer"), "recognised")
    client = sign_in(world.by("officer"))
    client.get(f"/archives/{case.id}/edit/")
    client.press(f"/archives/{case.id}/members/add/", thing=case)
    members = Draft.objects.get(case=case).circumstances.members
    assert members.count() == 3
    client.press(f"/archives/{case.id}/members/2/remove/", thing=case)
    assert members.count() == 2


def test_an_amendment_shows_what_changed_masked(world, sign_in):
    case = file_case(world)
    officer, chair = sign_in(world.by("officer")), sign_in(world.by("chair"))
    assert officer.press(f"/archives/{case.id}/amend/", {"reason": ""}, thing=case).status_code == 422
    assert officer.press(f"/archives/{case.id}/amend/", {"reason": "换了手机号"}, thing=case).status_code == 302
    data = {**HOUSEHOLD, "phone": "13800000077"}
    assert officer.press(f"/archives/{case.id}/edit/?part=household", data, thing=case).status_code == 302
    assert officer.press(f"/archives/{case.id}/ready/", thing=case).status_code == 302
    before = chair.get(f"/archives/{case.id}/versions/2/changes/").content.decode()
    assert "联系电话" in before
    assert "13800000077" not in before
    assert chair.press(f"/archives/{case.id}/file/", thing=case).status_code == 302
    assert "旧版本" in chair.get(f"/archives/{case.id}/versions/1/").content.decode()
    assert "换了手机号" in chair.get(f"/archives/{case.id}/versions/2/changes/").content.decode()
    assert fresh(case).filed.phone == "13800000077"


def test_masked_values_are_shown_after_a_reason(world, sign_in):
    case = file_case(world)
    client = sign_in(world.by("officer"))
    assert "13800000001" not in client.get(f"/archives/{case.id}/").content.decode()
    here = {"reason": "电话核对", "next": f"/archives/{case.id}/"}
    assert client.press(f"/cases/{case.id}/reveal/", here)["Location"] == f"/archives/{case.id}/"
    assert "13800000001" in client.get(f"/archives/{case.id}/").content.decode()


def test_the_filer_finds_the_check_button_shut_with_its_reason(world, sign_in):
    case = make_case(world.by("officer"), "recognised")
    client = sign_in(world.by("officer"))
    client.get(f"/archives/{case.id}/edit/")
    client.press(f"/archives/{case.id}/ready/", thing=case)
    page = client.get(f"/archives/{case.id}/").content.decode()
    assert "建档人不能审核自己填写的档案表" in page
    response = client.press(f"/archives/{case.id}/file/", thing=case)
    assert response.status_code == 422
    assert fresh(case).state == "recognised"


def test_pressing_twice_files_once(world, sign_in):
    case = make_case(world.by("officer"), "recognised")
    officer, chair = sign_in(world.by("officer")), sign_in(world.by("chair"))
    officer.get(f"/archives/{case.id}/edit/")
    officer.press(f"/archives/{case.id}/ready/", thing=case)
    stale = {"version": str(fresh(case).version)}
    assert chair.press(f"/archives/{case.id}/file/", stale).status_code == 302
    assert chair.press(f"/archives/{case.id}/file/", stale).status_code == 422
    assert Archive.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("page", ["", "edit/", "versions/1/", "versions/1/changes/"])
def test_another_county_finds_nothing(world, sign_in, page):
    case = file_case(world)
    assert sign_in(world.by("officer", world.other_county)).get(f"/archives/{case.id}/{page}").status_code == 404


def test_an_investigator_cannot_open_the_form(world, sign_in):
    case = make_case(world.by("officer"), "recognised")
    assert sign_in(world.by("investigator")).get(f"/archives/{case.id}/edit/").status_code == 403


def test_before_recognition_the_page_says_so(world, sign_in):
    case = make_case(world.by("officer"), "candidate")
    assert "认定之后才建立档案" in sign_in(world.by("officer")).get(f"/archives/{case.id}/").content.decode()


def test_the_list_takes_the_same_number_of_queries_for_one_and_three(world, sign_in, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(world.by("officer", world.county))

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get("/archives/").status_code == 200
        return len(caught)

    file_case(world)
    one = count()
    file_case(world)
    file_case(world)
    assert count() == one


def test_the_list_is_narrowed_and_paged(world, sign_in):
    first, second = file_case(world), file_case(world, main_cause="01", secondary_causes=[])
    client = sign_in(world.by("officer", world.county))
    page = client.get("/archives/?cause=01&standing=live").content.decode()
    assert second.worker_no in page
    assert first.worker_no not in page
    rows = Archive.objects.all()
    newest = page_of(rows, {}, "filed_on", size=1)
    assert newest.rows[0].case_id == second.id
    cursor = dict([newest.next_url.removeprefix("?").replace("%7E", "~").split("=")])
    assert page_of(rows, cursor, "filed_on", size=1).rows[0].case_id == first.id
