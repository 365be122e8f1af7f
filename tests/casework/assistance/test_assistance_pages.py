"""The ledger and the help of a case on their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.casework.assistance.models import Help
from bangfu.foundations.codes import clock
from tests.factories.filing import assist_case, file_case

pytestmark = pytest.mark.django_db


def given(**changes) -> dict:
    return {
        "given_on": clock.today().isoformat(), "kind": "7", "form": "money", "amount": "1,000.50", "fund_source": "union",
    } | changes  # fmt: skip


def test_help_is_recorded_summed_and_cancelled_on_the_page(world, sign_in):
    case = assist_case(world)
    client = sign_in(world.by("officer"))
    assert client.press(f"/assistance/{case.id}/record/", given(), thing=case).status_code == 302
    page = client.get(f"/assistance/{case.id}/?year={clock.today().year}").content.decode()
    assert "1,000.50" in page
    assert f"?year={clock.today().year}#rows" in page
    help = Help.objects.get()
    assert client.press(f"/assistance/helps/{help.id}/cancel/", {"reason": "录错户"}).status_code == 302
    page = client.get(f"/assistance/{case.id}/").content.decode()
    assert "已作废" in page
    assert "还没有登记过帮扶" in page


def test_what_is_refused_stays_as_typed(world, sign_in):
    case = assist_case(world)
    client = sign_in(world.by("officer"))
    response = client.press(f"/assistance/{case.id}/record/", given(fund_source="", note="春节慰问"), thing=case)
    assert response.status_code == 422
    page = response.content.decode()
    assert "请选择资金来源" in page
    assert "春节慰问" in page
    assert not Help.objects.exists()


def test_the_ledger_shows_fifteen_columns_masked(world, sign_in):
    case = assist_case(world)
    page = sign_in(world.by("officer", world.county)).get("/assistance/").content.decode()
    assert page.count("<th ") == 15
    for words in (case.worker_no, "示例甲一", "示例帮扶单位", "示例联系人", "（3）（4）", "2031-12"):
        assert words in page
    assert "13800000001" not in page
    assert "13800000091" not in page


def test_the_ledger_page_takes_the_same_number_of_queries_for_one_and_three(world, sign_in):
    client = sign_in(world.by("officer", world.county))

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/assistance/").status_code == 200
        return len(caught)

    assist_case(world)
    one = count()
    assist_case(world)
    assist_case(world)
    assert count() == one


def test_a_grassroots_union_reads_its_ledger_though_the_register_is_the_countys(world, sign_in):
    assist_case(world)
    assert "示例帮扶单位" in sign_in(world.by("officer")).get("/assistance/").content.decode()


def test_all_help_of_a_union_is_summed_over_its_rows(world, sign_in):
    case = assist_case(world)
    sign_in(world.by("officer")).press(f"/assistance/{case.id}/record/", given(), thing=case)
    county = sign_in(world.by("officer", world.county))
    assert "1,000.50" in county.get("/assistance/helps/").content.decode()
    assert "1,000.50" not in county.get("/assistance/helps/?kind=1").content.decode()
    assert "1,000.50" not in sign_in(world.by("officer", world.other_county)).get("/assistance/helps/").content.decode()


def test_the_print_and_the_note_are_kept(world, sign_in):
    case = assist_case(world)
    client = sign_in(world.by("officer"))
    assert client.press("/assistance/print/", {"org": world.textile.id}).status_code == 302
    assert client.press("/assistance/print/", {"org": world.other_county.id}).status_code == 404
    assert client.press(f"/assistance/{case.id}/note/", {"note": "重点户"}).status_code == 302
    assert "重点户" in client.get("/assistance/").content.decode()


def test_another_county_finds_nothing(world, sign_in):
    case = assist_case(world)
    sign_in(world.by("officer")).press(f"/assistance/{case.id}/record/", given(), thing=case)
    stranger = sign_in(world.by("officer", world.other_county))
    assert stranger.get(f"/assistance/{case.id}/").status_code == 404
    assert stranger.press(f"/assistance/{case.id}/record/", given(), thing=case).status_code == 404
    assert (
        stranger.press(f"/assistance/helps/{Help.objects.get().id}/cancel/", {"reason": "不是我的"}).status_code == 404
    )


def test_before_the_card_the_page_says_so(world, sign_in):
    case = file_case(world)
    assert "还不能登记帮扶" in sign_in(world.by("officer")).get(f"/assistance/{case.id}/").content.decode()
