"""The questionnaire in parts: valid answers are kept, wrong ones explained at their field."""

import pytest
from django.http import QueryDict
from django.template import engines

from bangfu.casework.households.forms import PARTS, Questionnaire, place_of
from bangfu.casework.households.models import Member
from tests.factories.cases import make_declared
from tests.factories.ids import citizen_id

pytestmark = pytest.mark.django_db
ALL = list(PARTS)


def posted(page: Questionnaire, **changes) -> QueryDict:
    """What a browser sends for a page: every shown value, changed where told."""
    data = QueryDict(mutable=True)
    for form in page:
        for bound in form:
            value = bound.value()
            values = value if isinstance(value, list) else [] if value in (None, False, "") else [value]
            if value is False and type(bound.field.widget).__name__ == "RadioSelect":
                values = ["False"]
            data.setlist(bound.html_name, [str(one) for one in values])
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def test_what_is_shown_can_be_sent_back_unchanged(world):
    circumstances = make_declared(world.textile)
    before = {f.name: getattr(circumstances, f.name) for f in circumstances._meta.concrete_fields}
    page = Questionnaire(circumstances, ALL, posted(Questionnaire(circumstances, ALL)))
    assert page.is_valid(), [(bound.name, bound.errors) for bound in page.wrong()]
    for thing in page.answers():
        thing.save()
    circumstances.refresh_from_db()
    after = {f.name: getattr(circumstances, f.name) for f in circumstances._meta.concrete_fields}
    assert {name for name in before if before[name] != after[name]} <= {"secondary_causes"}  # in the order of the list


def test_a_wrong_answer_keeps_the_former_one_and_the_others_are_taken(world):
    circumstances = make_declared(world.textile)
    data = posted(Questionnaire(circumstances, ["contact"]), phone="12345", residence_address="河北省示例新址")
    page = Questionnaire(circumstances, ["contact"], data)
    assert not page.is_valid()
    [answer] = page.answers()
    assert (answer.phone, answer.residence_address) == ("13800000001", "河北省示例新址")
    assert [bound.name for bound in page.wrong()] == ["phone"]


def test_birth_date_and_sex_follow_from_the_citizen_id(world):
    circumstances = make_declared(world.textile)
    number = citizen_id("19830309", "2")
    data = posted(Questionnaire(circumstances, ["applicant"]), **{"a__id_number": number.lower() + " ", "a__sex": ""})
    page = Questionnaire(circumstances, ["applicant"], data)
    assert page.is_valid(), page.wrong()
    [member] = page.answers()
    assert (member.id_number, member.sex, str(member.birth_date)) == (number, "2", "1983-03-09")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("130102830309996", "15 位的旧身份证"),
        (citizen_id("19830309", "2")[:-1] + "0", "校验位不对"),
        (citizen_id("19830309", "1"), "第 17 位"),
    ],
)
def test_a_wrong_citizen_id_is_explained_at_its_field(world, number, sentence):
    circumstances = make_declared(world.textile)
    page_data = posted(Questionnaire(circumstances, ["applicant"]), **{"a__id_number": number, "a__sex": "2"})
    page = Questionnaire(circumstances, ["applicant"], page_data)
    assert [bound.name for bound in page.wrong()] == ["id_number"]
    assert sentence in page.wrong()[0].errors[0]


def test_a_person_without_a_citizen_id_shows_another_document(world):
    circumstances = make_declared(world.textile)
    member = circumstances.others[0]
    changes = {
        "document_kind": "birth", "document_number": "O130000001", "document_reason": "新生儿未落户", "birth_date": "2026-01-05",
    }  # fmt: skip
    data = posted(
        Questionnaire(circumstances, ["members"]), **{f"m{member.pk}__{name}": value for name, value in changes.items()}
    )
    page = Questionnaire(circumstances, ["members"], data)
    assert page.is_valid(), page.wrong()
    for thing in page.answers():
        thing.save()
    member = Member.objects.get(pk=member.pk)
    assert (member.id_number, member.id_bidx, member.document_number) == ("", None, "O130000001")


CONTRADICTIONS = [
    ("contact", "contract_to", {"contract_from": "2026-03", "contract_to": "2025-03"}),
    ("assets", "real_estate_none", {"real_estate_none": "on", "commercial_housing_count": "1"}),
    ("assets", "vehicle_none", {"vehicle_none": "on", "car_count": "1"}),
    ("assets", "car_bought_year", {"vehicle_none": [], "car_count": "1", "car_bought_year": "3020"}),
    ("causes", "secondary_causes", {"main_cause": "01", "secondary_causes": ["01", "02"]}),
    ("causes", "secondary_causes", {"main_cause": "01", "secondary_causes": ["02", "03", "04", "05"]}),
    ("expenses", "medical_self_paid_year", {"medical_total_year": "100", "medical_self_paid_year": "100.01"}),
    ("expenses", "expense_other", {"expense_other": "-5"}),
    ("bank", "bank_card_no", {"bank_card_no": "12345"}),
    ("household_file", "postal_code", {"postal_code": "05000"}),
    ("household_file", "hukou_division", {"hukou_division": "139999"}),
]


@pytest.mark.parametrize(("part", "field", "changes"), CONTRADICTIONS)
def test_answers_that_contradict_are_refused(world, part, field, changes):
    circumstances = make_declared(world.textile)
    page = Questionnaire(circumstances, [part], posted(Questionnaire(circumstances, [part]), **changes))
    assert field in [bound.name for bound in page.wrong()]


def test_every_part_and_its_facts_can_be_shown(world):
    circumstances = make_declared(world.textile)
    source = "{% load households %}{% for form in page %}{% part form %}{% endfor %}{% facts record parts %}"
    page = (
        engines["django"]
        .from_string(source)
        .render({"page": Questionnaire(circumstances, ALL), "record": circumstances, "parts": " ".join(ALL)})
    )
    assert 'data-show-when="a-health_status=20"' in page
    assert "138****0001" in page
    assert page.count("13800000001") == 1  # only in the input of the form


def test_the_place_of_an_answer_is_found(world):
    circumstances = make_declared(world.textile)
    member = circumstances.others[0]
    assert place_of(circumstances, "phone", ALL) == ("contact", "id_phone")
    assert place_of(circumstances, "members.0.name", ALL) == ("applicant", "id_a-name")
    assert place_of(circumstances, "members.1.id_number", ALL) == ("members", f"id_m{member.pk}-id_number")
