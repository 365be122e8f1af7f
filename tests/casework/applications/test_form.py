"""The form step by step: autosave, wrong answers kept, completeness, members, certificates, papers, signatures."""

import base64
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from bangfu.casework.applications import actions
from bangfu.casework.applications.forms import STEPS
from bangfu.casework.applications.rules import completeness
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.documents.models import Attachment
from tests.factories.cases import make_case
from tests.factories.ids import citizen_id, fresh_citizen_id

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def png() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "white").save(picture, "PNG")
    return picture.getvalue()


@pytest.fixture
def officer(world):
    return world.by("officer")


@pytest.fixture
def draft(officer):
    return make_case(officer)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_shown(form_of, officer, draft, step):
    page = form_of(officer, draft).page(step)
    assert 'hx-trigger="change"' in page
    assert "完成度" in page


@pytest.mark.parametrize("step", STEPS)
def test_every_step_of_an_empty_draft_is_shown_and_saved(form_of, world, step):
    case = actions.start(by=world.by("officer"), org=world.textile)
    form = form_of(world.by("officer"), case)
    form.page(step)
    assert form.fill(step).status_code == 302


def test_an_empty_application_is_typed_into_step_by_step(form_of, officer, world, sign_in):
    answer = sign_in(officer).press(reverse("applications:start"), {"org": world.textile.id, "entry_kind": "new"})
    case = Case.objects.get()
    assert answer.url == reverse("applications:edit", args=[case.id])
    form = form_of(officer, case)
    number = fresh_citizen_id("2")
    form.fill(
        "applicant", apply_level="national", a__name="示例丙一·娜", a__sex="2", a__id_number=number.lower(), a__ethnicity="03",
        a__political_status="3", a__marital_status="widowed", a__health_status="01", a__monthly_income="2,650.50",
        hukou_address="河南省商丘市示例县", residence_address="河北省辛集市示例镇", phone="138 0000 0004", job_identity="employed",
        contract_from="2024年5月", contract_to="2027-04", a__employer_or_school="示例皮革制品厂", worker_kind="2",
    )  # fmt: skip
    person = form.fresh().declared.applicant
    assert (person.name, person.id_number, person.monthly_income) == ("示例丙一·娜", number, 265050)
    assert (form.fresh().declared.phone, form.fresh().declared.contract_from) == ("13800000004", "2024-05")
    assert form.fresh().name == "示例丙一·娜"


def test_saving_goes_to_the_next_step_or_stays(form_of, officer, draft):
    form = form_of(officer, draft)
    assert form.fill("needs", go="next").url.endswith("step=authorisation")
    assert form.fill("needs").url.endswith("step=needs")


def test_autosave_keeps_the_valid_and_the_typed_and_answers_with_fragments(form_of, officer, draft):
    form = form_of(officer, draft)
    answer = form.fill("applicant", phone="12", residence_address="河北省示例新址", headers=HTMX)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert 'hx-swap-oob="innerHTML:#f-id_phone"' in body
    assert "11 位手机号" in body
    fresh = form.fresh()
    assert (fresh.declared.phone, fresh.declared.residence_address) == ("13800000001", "河北省示例新址")
    assert f'value="{fresh.version}" hx-swap-oob="outerHTML:.case-version"' in body
    # Whoever opens the step later finds what was typed, with its error.
    page = form.page("applicant")
    assert 'value="12"' in page
    assert "11 位手机号" in page
    assert "12" not in str(form.fresh().declared.phone[:2])


def test_a_corrected_answer_takes_its_error_away(form_of, officer, draft):
    form = form_of(officer, draft)
    form.fill("applicant", phone="12", headers=HTMX)
    body = form.fill("applicant", phone="13900000009", headers=HTMX).content.decode()
    assert 'hx-swap-oob="innerHTML:#f-id_phone"' in body
    assert "11 位手机号" not in body
    assert form.fresh().application.typed == ""
    assert form.fresh().declared.phone == "13900000009"


def test_without_javascript_a_wrong_answer_comes_back_and_the_rest_is_saved(form_of, officer, draft):
    form = form_of(officer, draft)
    answer = form.fill("causes", medical_self_paid_year="999999", expense_other="12.30")
    assert answer.status_code == 422
    assert "999999" in answer.content.decode()
    assert form.fresh().declared.expense_other == 1230


def test_what_was_typed_is_kept_encrypted(form_of, officer, draft):
    form_of(officer, draft).fill("applicant", phone="998877", headers=HTMX)
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM applications_application WHERE case_id = %s", [draft.id])
        assert b"998877" not in bytes(cursor.fetchone()[0])
    assert "applicant" in json.loads(Case.objects.get(pk=draft.pk).application.typed)


def test_the_page_that_saved_last_may_save_again_another_stale_page_may_not(form_of, officer, draft):
    form = form_of(officer, draft)
    url = f"{reverse('applications:edit', args=[draft.pk])}?step=needs"
    stamp = {"post": officer.post.id, "version": draft.version, "once": "x" * 30}
    for need in ("work", "skills"):
        assert form.client.post(url, stamp | {"needs": need}, headers=HTMX).status_code == 200
    other = stamp | {"once": "y" * 30, "needs": "living"}
    assert form.client.post(url, other, headers=HTMX).status_code == 409
    assert "living" in form.client.post(url, other).content.decode()  # nothing typed is lost
    assert form.fresh().declared.needs == ["skills"]


def test_members_come_and_go_and_what_was_typed_is_kept(form_of, officer, draft):
    form = form_of(officer, draft)
    spouse = form.fresh().declared.others[0]
    data = form.shown("members") | {f"m{spouse.id}-employer_or_school": "示例单位"}
    form.press("add_member", data=data)
    fresh = form.fresh()
    assert [member.position for member in fresh.declared.members.all()] == [0, 1, 2]
    assert fresh.declared.others[0].employer_or_school == "示例单位"
    assert fresh.application.authorisations.count() == 3
    form.press("remove_member", spouse.id)
    assert [member.position for member in form.fresh().declared.members.all()] == [0, 2]
    applicant = form.fresh().declared.applicant
    form.press("remove_member", applicant.id)
    assert form.fresh().declared.applicant == applicant


def test_more_than_five_members_are_possible(form_of, officer, draft):
    form = form_of(officer, draft)
    for _ in range(7):
        form.press("add_member")
    assert form.fresh().declared.members.count() == 9
    assert form.page("members").count("位家庭成员</h2>") == 7


def test_a_second_press_of_add_adds_nobody(form_of, officer, draft):
    form = form_of(officer, draft)
    url = reverse("applications:add_member", args=[draft.pk])
    stamp = {"post": officer.post.id, "once": "z" * 30, "version": draft.version}
    assert form.client.post(url, stamp).status_code == 302
    assert form.client.post(url, stamp).status_code == 409
    assert form.fresh().declared.members.count() == 3


def test_a_child_needs_a_guardian_and_its_own_fingerprint(form_of, officer, draft):
    form = form_of(officer, draft)
    form.press("add_member")
    child = form.fresh().declared.others[1]
    form.fill("members", **{f"m{child.id}__name": "示例甲三", f"m{child.id}__id_number": citizen_id("20150518", "2")})
    form.press("sign_all")
    page = form.page("check")
    assert "示例甲三未满 18 周岁，应由监护人代签" in page
    line = form.fresh().application.authorisations.get(member=child)
    form.fill("authorisation", **{f"l{line.id}__signed_by_guardian": "on", f"l{line.id}__guardian_name": "示例甲一"})
    assert "应由监护人代签" not in form.page("check")
    form.fill("authorisation", **{f"l{line.id}__fingerprint_on_paper": None})
    assert "示例甲三的授权还不完整" in form.page("check")


@pytest.mark.parametrize("line", ["applicant", "form"])
def test_a_signature_is_drawn_or_photographed(form_of, officer, draft, line):
    form = form_of(officer, draft)
    line_id = form.fresh().application.authorisations.first().id if line == "applicant" else 0
    assert form.client.get(reverse("applications:sign", args=[draft.pk, line_id])).status_code == 200
    drawn = "data:image/png;base64," + base64.b64encode(png()).decode()
    assert form.press("sign", line_id, data={"drawn": drawn}).status_code == 302
    assert form.press("sign", line_id, data={"upload": SimpleUploadedFile("签名.png", png())}).status_code == 302
    fresh = form.fresh()
    signed = fresh.application.authorisations.first().signature if line_id else fresh.application.applicant_signature
    assert signed.mime == "image/png"
    assert form.press("sign", line_id, data={}).status_code == 422
    assert form.press("sign", line_id, data={"drawn": "data:image/png;base64,%%%"}).status_code == 422


def test_a_wage_certificate_is_prefilled_checked_and_removed(form_of, officer, draft):
    form = form_of(officer, draft)
    fresh = form.fresh()
    [certificate] = fresh.application.wage_certificates.all()
    form.press("remove_certificate", certificate.id)
    form.press("add_certificate", fresh.declared.applicant.id)
    [certificate] = form.fresh().application.wage_certificates.all()
    assert (certificate.avg_net_monthly, certificate.issuer_name) == (320000, "示例纺织有限公司")
    prefix = f"w{certificate.id}"
    answer = form.fill("wages", **{f"{prefix}__avg_gross_monthly": "3000"})
    assert "月均实发工资不能多于月均工资" in answer.content.decode()
    months = form.fill("wages", **{f"{prefix}__months_covered": "37"}).content.decode()
    assert "月数应在 1 至 36 之间" in months
    form.fill(
        "wages",
        **{
            f"{prefix}__avg_gross_monthly": "4000",
            f"{prefix}__annual_income": "20000",
            f"{prefix}__months_covered": "6",
        },
    )
    page = form.page("wages")
    assert "只有 6 个月" in page
    assert "相差超过 20%" in page


def test_an_income_that_is_not_stated_is_taken_from_the_certificate(form_of, officer, draft):
    form = form_of(officer, draft)
    form.fresh().declared.members.filter(position=0).update(monthly_income=None)
    form.fill("wages")
    assert form.fresh().declared.applicant.monthly_income == 320000


def test_the_checklist_follows_the_causes_and_takes_several_scans(form_of, officer, draft):
    form = form_of(officer, draft)
    form.fill("causes", main_cause="06", secondary_causes=[])
    assert "医疗诊断书</strong>" not in form.page("papers")
    form.fill("causes", main_cause="01")
    page = form.page("papers")
    assert "医疗诊断书</strong>" in page
    assert "致困原因有大病" in page
    scans = [SimpleUploadedFile("一.png", png()), SimpleUploadedFile("二.png", png() + b" ")]
    form.press("keep_papers", "11", data={"files": scans})
    assert "11" in form.fresh().declared.materials
    assert Attachment.objects.filter(case_id=draft.id, kind="11").count() == 2
    paper = Attachment.objects.filter(case_id=draft.id, kind="11").first()
    form.press("remove_paper", paper.id)
    assert Attachment.objects.filter(case_id=draft.id, kind="11", removed_at__isnull=True).count() == 1


def test_a_file_that_is_no_picture_is_refused_with_its_name(form_of, officer, draft):
    form = form_of(officer, draft)
    answer = form.press("keep_papers", "11", data={"files": [SimpleUploadedFile("病毒.exe", b"MZ123")]})
    assert Attachment.objects.count() == 0
    assert "病毒.exe" in form.client.get(answer.url).content.decode()
    assert form.press("keep_papers", "11").status_code == 302
    assert form.press("keep_papers", "xx").status_code == 404


def test_the_completeness_bar_grows(form_of, officer, world):
    case = actions.start(by=officer, org=world.textile)
    form = form_of(officer, case)
    empty = completeness(form.fresh())
    form.fill(
        "causes",
        main_cause="06",
        hardship_narrative="收入低",
        expense_medical="0",
        expense_education="0",
        expense_other="0",
    )
    assert 0 <= empty < completeness(form.fresh()) < 100
    assert completeness(form_of(officer, make_case(officer)).fresh()) == 100


def test_only_a_draft_or_a_returned_one_can_be_changed(form_of, officer):
    case = make_case(officer, State.SUBMITTED)
    form = form_of(officer, case)
    page = form.page("applicant")
    assert "hx-trigger" not in page
    assert "13800000001" not in page  # masked
    assert form.fill("applicant", phone="13900000009").status_code == 409
    assert form.press("add_member").status_code == 409
    assert form.fresh().declared.members.count() == 2


@pytest.mark.parametrize(("role", "union"), [("investigator", "textile"), ("reviewer", "county"), ("admin", "county")])
def test_a_post_without_the_right_reads_only(form_of, world, draft, role, union):
    by = world.by(role, getattr(world, union))
    form = form_of(by, draft)
    answer = form.client.get(reverse("applications:edit", args=[draft.pk]))
    assert answer.status_code in (200, 404)
    assert "hx-trigger" not in answer.content.decode()
    if answer.status_code == 200:
        assert form.fill("needs", needs=["work"]).status_code == 409
    assert Case.objects.get(pk=draft.pk).declared.needs == ["medical", "schooling"]


def test_a_union_above_fills_in_for_one_below_and_the_trail_says_so(form_of, world, sign_in):
    by = world.by("officer", world.county)
    sign_in(by).press(reverse("applications:start"), {"org": world.textile.id})
    case = Case.objects.get()
    assert case.org == world.textile
    assert form_of(by, case).fill("needs", needs=["work"]).status_code == 302
    entry = Entry.objects.get(verb="applications.save")
    assert (entry.acting_for_id, entry.case_id) == (world.textile.id, case.id)
    answer = sign_in(by).press(reverse("applications:start"), {"org": world.foreign_plant.id})
    assert answer.status_code == 422


def test_lists_have_a_constant_number_of_queries(officer, sign_in):
    client = sign_in(officer)
    make_case(officer)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(reverse("applications:list")).content.decode()
        counts.append(len(seen))
        make_case(officer), make_case(officer)
    assert counts[0] == counts[1]
    assert "示例甲一" in page
    make_case(officer, State.RETURNED, returned_to="applicant", name="示例退一")
    page = client.get(reverse("applications:list") + "?state=returned").content.decode()
    assert "示例退一" in page
    assert "示例甲一" not in page
