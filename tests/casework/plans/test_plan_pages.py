"""The pages of plans: sample 01 is typed in; the card; the register; strangers find nothing."""

import base64

import pytest

from bangfu.casework.plans.models import Contact, Plan, Sponsor
from bangfu.foundations.codes import clock
from tests.factories.cases import make_case
from tests.factories.filing import assist_case, file_case, fresh, make_contact, make_plan, png

pytestmark = pytest.mark.django_db

PLAN = {
    "household_situations": ["6", "9"], "key_groups": ["3"], "measures": ["3", "4"], "plans": ["4", "5", "7"],
    "target_month": "2027-12", "union_liaison": "示例联络人", "union_liaison_post": "工会主席",
    "union_liaison_phone": "13800000092",
}  # fmt: skip


def test_sample_one_goes_from_filed_to_in_assistance_on_the_pages(world, sign_in):
    case, contact = file_case(world), make_contact(world)
    officer, county = sign_in(world.by("officer")), sign_in(world.by("officer", world.county))
    assert officer.get(f"/plans/{case.id}/edit/").status_code == 200
    assert officer.press(f"/plans/{case.id}/edit/", PLAN | {"target_month": "2030-12"}, thing=case).status_code == 302
    assert officer.press(f"/plans/{case.id}/choose/", {"contact": contact.id}, thing=case).status_code == 302
    assert county.get(f"/plans/{case.id}/").status_code == 200
    assert county.press(f"/plans/{case.id}/agree/", thing=case).status_code == 302
    drawn = "data:image/png;base64," + base64.b64encode(png()).decode()
    signed = {"drawn": drawn, "signed_on": clock.today().isoformat()}
    assert officer.press(f"/plans/{case.id}/sign/", signed, thing=case).status_code == 302
    assert officer.press(f"/plans/{case.id}/decide/", thing=case).status_code == 302
    assert officer.get(f"/plans/{case.id}/").status_code == 200
    carded = {"carded_on": clock.today().isoformat()}
    assert officer.press(f"/plans/{case.id}/issue-card/", carded, thing=case).status_code == 302
    assert fresh(case).state == "in_assistance"
    plan = Plan.objects.get(case=case)
    assert (plan.household_situations, plan.plans, plan.card_copies.count()) == (["6", "9"], ["4", "5", "7"], 3)


def test_what_the_form_refuses_stays_as_typed(world, sign_in):
    case = file_case(world)
    client = sign_in(world.by("officer"))
    response = client.press(f"/plans/{case.id}/edit/", PLAN | {"union_liaison_phone": "12"}, thing=case)
    assert response.status_code == 422
    assert "示例联络人" in response.content.decode()
    response = client.press(f"/plans/{case.id}/edit/", PLAN | {"target_month": "2020-01"}, thing=case)
    assert "不能是过去的月份" in response.content.decode()


def test_an_unanswered_need_is_shown(world, sign_in):
    case = file_case(world, needs=["work"])
    client = sign_in(world.by("officer"))
    client.press(f"/plans/{case.id}/edit/", PLAN | {"target_month": "2030-12"}, thing=case)
    assert "还没有对应措施" in client.get(f"/plans/{case.id}/").content.decode()


def test_the_decide_button_says_what_is_missing(world, sign_in):
    case = file_case(world)
    client = sign_in(world.by("officer"))
    client.get(f"/plans/{case.id}/edit/")
    page = client.get(f"/plans/{case.id}/").content.decode()
    assert "还没有困难职工的签字确认" in page
    response = client.press(f"/plans/{case.id}/decide/", thing=case)
    assert response.status_code == 422
    assert fresh(case).state == "filed"


def test_the_card_shows_both_halves_masked(world, sign_in):
    case = assist_case(world)
    page = sign_in(world.by("officer")).get(f"/plans/{case.id}/card/").content.decode()
    for words in (
        "（帮扶联系人存）",
        "（困难职工存）",
        case.worker_no,
        "示例帮扶单位",
        "示例甲二（配偶）",
        "☑ （4）职工医疗互助计划",
    ):
        assert words in page
    assert "13800000001" not in page


def test_cards_are_received_from_the_list(world, sign_in):
    case = assist_case(world)
    copy = Plan.objects.get(case=case).card_copies.get(copy="3")
    client = sign_in(world.by("officer", world.county))
    assert case.worker_no in client.get("/plans/cards/").content.decode()
    assert client.press(f"/plans/cards/{copy.id}/receive/").status_code == 302
    assert case.worker_no not in client.get("/plans/cards/").content.decode()
    stranger = sign_in(world.by("officer", world.other_county))
    assert stranger.press(f"/plans/cards/{copy.id}/receive/").status_code == 404


def test_the_register_is_kept_on_its_pages(world, sign_in):
    client = sign_in(world.by("officer", world.county))
    assert client.press("/plans/register/sponsors/add/", {"name": "示例帮扶单位", "phone": ""}).status_code == 302
    assert client.press("/plans/register/sponsors/add/", {"name": "示例帮扶单位", "phone": ""}).status_code == 422
    sponsor = Sponsor.objects.get(name="示例帮扶单位")
    person = {"name": "示例联系人", "title": "科长", "phone": "13800000091"}
    assert client.press(f"/plans/register/sponsors/{sponsor.id}/contacts/add/", person).status_code == 302
    page = client.get("/plans/register/").content.decode()
    assert "示例联系人" in page
    assert "13800000091" not in page
    contact = Contact.objects.get(name="示例联系人")
    assert client.press(f"/plans/register/contacts/{contact.id}/active/").status_code == 302
    contact.refresh_from_db()
    assert not contact.active
    stranger = sign_in(world.by("officer", world.other_county))
    assert stranger.get(f"/plans/register/sponsors/{sponsor.id}/").status_code == 404
    assert sign_in(world.by("officer")).get("/plans/register/").status_code == 403


def test_the_list_shows_what_waits(world, sign_in):
    waiting = file_case(world)
    assist_case(world)
    county = sign_in(world.by("officer", world.county))
    page = county.get("/plans/").content.decode()
    assert waiting.worker_no in page
    assert "1 张联系卡" in page


@pytest.mark.parametrize("page", ["", "edit/", "card/"])
def test_another_county_finds_nothing(world, sign_in, page):
    case = make_plan(world, file_case(world))
    assert sign_in(world.by("officer", world.other_county)).get(f"/plans/{case.id}/{page}").status_code == 404


def test_before_filing_the_page_says_so(world, sign_in):
    case = make_case(world.by("officer"), "recognised")
    client = sign_in(world.by("officer"))
    assert "建档之后才制定帮扶计划" in client.get(f"/plans/{case.id}/").content.decode()
    assert client.get(f"/plans/{case.id}/edit/").status_code == 409


def test_an_investigator_cannot_open_the_form(world, sign_in):
    assert sign_in(world.by("investigator")).get(f"/plans/{file_case(world).id}/edit/").status_code == 403
