"""docs/reference is made from the code and is current; every blank of the forms has a home."""

import pytest
from django.conf import settings

from bangfu.foundations.privacy.fields import EncryptedTextField
from bangfu.operations import reference

# DOMAIN: what is encrypted in the column. Identifiers of fields.csv whose home must be an encrypted field.
ENCRYPTED = {
    "id_number", "bank_card_no", "phone", "mobile", "other_contact", "hukou_address", "residence_address", "home_address",
    "hardship_narrative", "medical_note", "handler_phone", "union_liaison_phone", "assist_contact_phone", "objection_text",
    "survey_members_text",
}  # fmt: skip


def test_all_276_blanks_have_a_home_or_a_reason():
    rows = reference.homes()
    assert len(rows) == 276
    for row in rows:
        assert bool(row["home"]) != bool(row["why"]), row
        if row["home"]:
            reference.resolve(row["home"])


def test_what_must_be_encrypted_is_encrypted():
    for row in reference.homes():
        if row["identifier"] in ENCRYPTED:
            assert isinstance(reference.resolve(row["home"]), EncryptedTextField), row


def test_money_lives_in_money_fields_with_the_unit_of_the_form():
    for row in reference.homes():
        if row["type"] == "decimal(12,2)" and row["home"]:
            found = reference.resolve(row["home"])
            assert isinstance(found, property) or getattr(found, "unit", None), row


def test_code_lists_agree_with_the_forms():
    same = {
        "gbt2261_1_sex",
        "gbt3304_ethnic",
        "marital_status_form",
        "cause_application",
        "seven_plan",
        "four_batch_measure",
    }
    for row in reference.homes():
        if row["code_list"] in same and row["home"]:
            assert reference.resolve(row["home"]).list_name == row["code_list"], row


@pytest.mark.parametrize("name", reference.PAGES)
def test_the_written_page_is_current(name):
    path = settings.ROOT / "docs" / "reference" / name
    assert path.read_text(encoding="utf-8") == reference.written(name), "run ./run manage docs"
