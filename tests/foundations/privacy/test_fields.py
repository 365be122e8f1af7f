"""Encrypted fields, blind index and masks."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bangfu.casework.households.models import Circumstances, Household
from bangfu.foundations.privacy import crypto
from bangfu.foundations.privacy.masking import MASKS, masked


@given(st.binary(max_size=500))
def test_what_is_encrypted_comes_back(data):
    assert crypto.decrypt(crypto.encrypt(data, "phone"), "phone") == data


def test_a_value_cannot_be_moved_to_another_column():
    blob = crypto.encrypt(b"13800000001", "phone")
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(blob, "bank_card_no")


def test_a_changed_byte_is_noticed():
    blob = bytearray(crypto.encrypt("地址".encode(), "address"))
    blob[-1] ^= 1
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(bytes(blob), "address")


def test_the_blind_index_is_keyed_and_tells_purposes_apart(settings):
    number = "13010219771204997X"
    first = crypto.blind_index(number)
    assert first == crypto.blind_index(number)
    assert first != crypto.blind_index(number, "phone")
    settings.KEYS = type(settings.KEYS)(settings.KEYS.django_secret, settings.KEYS.data, b"another key")
    assert first != crypto.blind_index(number)


@pytest.mark.django_db
def test_the_column_holds_no_readable_text(world):
    household = Household.objects.create(**world.textile.scope())
    row = Circumstances.objects.create(
        **world.textile.scope(),
        household=household,
        witness="declared",
        phone="13800000001",
        hardship_narrative="尿毒症",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT phone, hardship_narrative, bank_card_no FROM households_circumstances WHERE id = %s", [row.id]
        )
        phone, narrative, card = (bytes(value) for value in cursor.fetchone())
    assert b"138" not in phone
    assert "尿毒症".encode() not in narrative
    assert card == b""
    again = Circumstances.objects.get(pk=row.pk)
    assert (again.phone, again.hardship_narrative, again.bank_card_no) == ("13800000001", "尿毒症", "")


@given(st.sampled_from(sorted(set(MASKS) - {"text"})), st.text(alphabet="0123456789X省市街号", min_size=1, max_size=40))
def test_a_mask_hides_at_least_four_characters_or_all(kind, value):
    shown = masked(kind, value).replace("*", "").replace(" ", "")
    assert len(shown) <= max(len(value) - 3, 0)


def test_of_a_text_only_the_length_is_told():
    assert masked("text", "尿毒症，每周透析三次") == "（已填写 10 字）"


def test_masks_keep_what_an_officer_needs_to_recognise():
    assert masked("id", "13010219771204997X") == "1301**********997X"
    assert masked("phone", "13800000001") == "138****0001"
    assert masked("card", "6222000000000000017").endswith("0017")
    assert masked("phone", "") == ""
