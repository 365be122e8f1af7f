import pytest
from django.urls import reverse

from bangfu.foundations.codes.models import Holiday
from bangfu.foundations.standards.models import Figure, Setting


def test_the_list_shows_what_the_circular_leaves_open(sign_in, tree):
    client = sign_in(tree.first)
    page = client.get(reverse("standards:index")).content.decode()
    assert "通知未规定，系统默认" in page
    assert "5 个工作日" in page
    assert "尚未录入" in page


def test_enter_and_confirm_by_clicking(sign_in, tree):
    client = sign_in(tree.first)
    url = reverse("standards:enter", args=["figures", "dibao"])
    assert "元/人·月" in client.get(url).content.decode()
    answer = client.press(
        url,
        {"value": "７００元", "area": tree.county.id, "start": "2026-03-01", "document": "县民政局通知", "clause": ""},
    )
    assert answer.status_code == 302
    row = Figure.objects.get()
    assert row.fen == 70000
    page = client.get(answer.url).content.decode()
    assert "待另一人确认" in page
    assert reverse("standards:confirm", args=["figures", row.id]) not in page

    client = sign_in(tree.second)
    assert reverse("standards:confirm", args=["figures", row.id]) in client.get(answer.url).content.decode()
    assert "等待确认" in client.get(reverse("standards:index")).content.decode()
    assert client.press(reverse("standards:confirm", args=["figures", row.id])).status_code == 302
    row.refresh_from_db()
    assert row.confirmed_by == tree.second.user


def test_a_mistake_is_dropped_by_clicking(sign_in, tree):
    client = sign_in(tree.first)
    typed = {"value": "7", "area": tree.county.id, "start": "2026-03-01", "document": "县民政局通知"}
    answer = client.press(reverse("standards:enter", args=["figures", "dibao"]), typed)
    drop = reverse("standards:drop", args=["figures", Figure.objects.get().id])
    assert drop in client.get(answer.url).content.decode()
    page = client.get(client.press(drop).url).content.decode()
    assert "已作废" in page
    assert drop not in page


def test_a_setting_of_each_kind_can_be_entered(sign_in, tree):
    client = sign_in(tree.first)
    for name, value in [("notice_days", "7"), ("quorum", "3/4"), ("vote_rule", "majority_all"), ("due_at_county", "3")]:
        url = reverse("standards:enter", args=["settings", name])
        answer = client.press(
            url, {"value": value, "area": tree.county.id, "start": "2026-03-01", "document": "县工会决定"}
        )
        assert answer.status_code == 302, answer.content.decode()
        assert client.get(answer.url).status_code == 200
    assert Setting.objects.count() == 4


def test_a_wrong_value_is_said_at_its_field_and_nothing_is_entered(sign_in, tree):
    client = sign_in(tree.first)
    url = reverse("standards:enter", args=["settings", "quorum"])
    answer = client.press(
        url, {"value": "大多数", "area": tree.county.id, "start": "2026-03-01", "document": "县工会决定"}
    )
    assert "应写成分数" in answer.content.decode()
    answer = client.press(url, {"value": "2/3", "area": tree.other.id, "start": "2026-03-01", "document": "县工会决定"})
    assert answer.status_code == 200
    assert not Setting.objects.exists()


def test_a_row_of_another_city_cannot_be_confirmed_by_its_id(sign_in, tree):
    client = sign_in(tree.by("admin", tree.other))
    row = Figure.objects.create(
        name="dibao",
        area=tree.county,
        start="2026-03-01",
        fen=1,
        unit="元",
        document="通知",
        entered_by=tree.first.user,
    )
    assert client.press(reverse("standards:confirm", args=["figures", row.id])).status_code == 404
    assert not Figure.objects.confirmed().exists()


def test_who_may_not_enter_sees_no_button_and_no_form(sign_in, tree):
    client = sign_in(tree.by("officer", tree.shop))
    history = client.get(reverse("standards:history", args=["figures", "dibao"]))
    assert "录入新值" not in history.content.decode()
    assert client.get(reverse("standards:enter", args=["figures", "dibao"])).status_code == 403


@pytest.mark.parametrize("address", ["/figures/no_such/", "/other/dibao/", "/other/dibao/enter/", "/holidays/1066/"])
def test_an_unknown_name_is_not_found(sign_in, tree, address):
    client = sign_in(tree.first)
    assert client.get(reverse("standards:index").rstrip("/") + address).status_code == 404


def test_the_holiday_table_is_seen_by_all_and_edited_by_the_city(sign_in, tree):
    client = sign_in(tree.first)
    page = client.get(reverse("standards:holidays_of", args=[2026])).content.decode()
    assert "春节" in page
    assert "保存这一天" not in page
    assert "2027 年的放假安排尚未录入" in client.get(reverse("standards:holidays_of", args=[2027])).content.decode()

    client = sign_in(tree.by("admin", tree.city))
    url = reverse("standards:holidays_of", args=[2027])
    answer = client.press(url, {"date": "2027-10-01", "is_workday": "0", "name": "国庆节", "source": "放假通知"})
    assert answer.status_code == 302
    page = client.get(url + "?day=2027-10-01").content.decode()
    assert 'value="2027-10-01"' in page
    assert "尚未录入" not in page
    assert client.press(reverse("standards:remove_holiday", args=["2027-10-01"])).status_code == 302
    assert not Holiday.objects.filter(date__year=2027).exists()
    assert client.press(reverse("standards:remove_holiday", args=["nonsense"])).status_code == 404


def test_a_person_without_a_post_is_kept_out(sign_in, tree):
    client = sign_in(tree.first)
    tree.first.post.delete()
    assert client.get(reverse("standards:index")).status_code == 403
