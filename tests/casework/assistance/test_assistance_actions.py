"""Help given: what is recorded, what is refused, sums and the ledger."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from bangfu.casework.assistance import actions, queries
from bangfu.casework.assistance.models import Help
from bangfu.casework.cases.models import Transition
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Print
from tests.factories.filing import assist_case, file_case, paper, version

pytestmark = pytest.mark.django_db

MONEY = {"kind": "7", "form": "money", "amount": 100000, "fund_source": "union"}
GOODS = {"kind": "7", "form": "goods", "goods": "米面油一份"}


def give(world, case, **given):
    return actions.record(
        case.id, by=world.by("officer"), version=version(case), given={"given_on": clock.today(), **given}
    )


def test_help_is_recorded_with_its_step_in_the_log(world):
    case = assist_case(world)
    help = actions.record(
        case.id,
        by=world.by("officer"),
        version=version(case),
        given={"given_on": clock.today(), **MONEY},
        receipt=paper(),
    )
    assert (help.amount, help.fund_source, help.receipt.mime) == (100000, "union", "image/png")
    assert Transition.objects.filter(case=case, step="assist").count() == 1


def test_goods_have_words_and_no_money(world):
    case = assist_case(world)
    help = give(world, case, **GOODS, amount=500, fund_source="union")
    assert (help.goods, help.amount, help.fund_source) == ("米面油一份", None, "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": None}, "请填写金额"),
        ({"amount": 0}, "请填写金额"),
        ({"fund_source": ""}, "资金来源"),
        ({"kind": ""}, "哪项帮扶计划"),
        ({"form": "goods", "goods": ""}, "什么物品"),
        ({"form": ""}, "帮扶形式"),
        ({"given_on": None}, "帮扶日期"),
    ],
)
def test_what_is_missing_is_said(world, change, sentence):
    with pytest.raises(Refused, match=sentence):
        give(world, assist_case(world), **{**MONEY, **change})


def test_help_is_given_between_filing_and_today(world):
    case = assist_case(world)
    day = dt.timedelta(days=1)
    with pytest.raises(Refused, match="不能晚于今天"):
        give(world, case, **MONEY, given_on=clock.today() + day)
    with pytest.raises(Refused, match="不能早于建档日期"):
        give(world, case, **MONEY, given_on=clock.today() - day)


def test_before_the_card_no_help_is_recorded(world):
    with pytest.raises(Refused, match="建立台账之后"):
        give(world, file_case(world), **MONEY)


def test_an_investigator_records_no_help(world):
    case = assist_case(world)
    with pytest.raises(Refused, match="权限"):
        actions.record(case.id, by=world.by("investigator"), version=version(case), given=MONEY)


def test_the_database_takes_no_money_without_amount(world):
    help = give(world, assist_case(world), **MONEY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Help.objects.filter(pk=help.pk).update(amount=0)


def test_a_cancelled_record_stays_and_counts_no_more(world):
    case = assist_case(world)
    wrong, right = give(world, case, **MONEY), give(world, case, **{**MONEY, "amount": 250050})
    give(world, case, **GOODS)
    with pytest.raises(Refused, match="作废的理由"):
        actions.cancel(wrong.id, by=world.by("officer"), reason="")
    actions.cancel(wrong.id, by=world.by("officer"), reason="录错户")
    with pytest.raises(Refused, match="已经作废"):
        actions.cancel(wrong.id, by=world.by("officer"), reason="再来一次")
    (year,) = queries.sums_by_year(case)
    assert (year.amount, year.count, year.other) == (right.amount, 2, 1)
    assert queries.helps_of(case).count() == 3


def test_sums_of_a_union_lead_to_their_rows(world):
    case = assist_case(world)
    give(world, case, **MONEY)
    county = world.by("officer", world.county)
    rows = queries.helps(county, org=world.county, start=None, end=None)
    assert queries.total(rows) == {"amount": 100000, "count": 1, "cases": 1}
    foreign = world.by("officer", world.other_county)
    assert not queries.helps(foreign, org=world.other_county, start=None, end=None).exists()


def test_the_ledger_takes_the_same_number_of_queries_for_one_and_three_rows(world, django_assert_num_queries):
    county = world.by("officer", world.county)

    def read():
        rows = list(queries.ledger(county, org=world.county, start=None, end=None))
        return [
            (r.archive.worker_no, queries.worker_of(r).name, r.case.plan.assist_unit, r.case.org.name) for r in rows
        ]

    assist_case(world)
    with django_assert_num_queries(2):
        assert len(read()) == 1
    assist_case(world)
    assist_case(world)
    with django_assert_num_queries(2):
        assert len(read()) == 3


def test_the_ledger_is_narrowed_by_what_it_shows(world):
    assist_case(world)
    county = world.by("officer", world.county)

    def count(**narrowed):
        return queries.ledger(county, org=world.county, start=None, end=None, **narrowed).count()

    assert (count(), count(category="2"), count(category="1")) == (1, 1, 0)
    assert (count(cause="02"), count(plan="5"), count(plan="1"), count(unit="帮扶")) == (1, 1, 0, 1)


def test_a_print_of_the_ledger_is_noted_and_only_of_the_own_subtree(world):
    actions.print_ledger(world.textile, by=world.by("officer", world.county))
    assert Print.objects.get(form="F8").org_id == world.textile.id
    with pytest.raises(Refused, match="只能打印本工会"):
        actions.print_ledger(world.other_county, by=world.by("officer", world.county))
