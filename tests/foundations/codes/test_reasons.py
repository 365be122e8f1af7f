import pytest

from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if


def test_a_refusal_takes_a_word_a_reason_or_several():
    assert Refused("不行。").reasons == [Reason("不行。")]
    assert Refused(Reason("不行。", field="name")).reasons[0].field == "name"
    assert Refused(["一。", Reason("二。")]).sentence == "一。 二。"
    assert str(Refused("不行。")) == "不行。"


def test_a_refusal_without_a_reason_is_a_mistake():
    with pytest.raises(ValueError, match="reason"):
        Refused([])


def test_no_reason_no_refusal():
    refuse_if([])
    with pytest.raises(Refused):
        refuse_if([Reason("不行。")])
