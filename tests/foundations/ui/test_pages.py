"""The frames around every page: with the side bar, without it, and when something goes wrong."""

import re
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.template.loader import get_template
from django.urls import include, path


def nothing(request):
    return HttpResponse()


urlpatterns = [
    path("posts/", include(([path("switch/", nothing, name="switch")], "organisations"))),
    path("accounts/login/", nothing, name="account_login"),
    path("accounts/logout/", nothing, name="account_logout"),
]
pytestmark = pytest.mark.urls(__name__)


def post(number: int, org: str, role: str) -> SimpleNamespace:
    person = SimpleNamespace(name="示例经办一")
    return SimpleNamespace(post_id=number, org=SimpleNamespace(name=org), role_label=role, user=person)


HERE, THERE = post(1, "示例县总工会", "审核人"), post(2, "示例街道总工会", "建档人")
NAV = [
    {"label": "工作台", "url": "/", "icon": "home", "active": True, "count": 3},
    {"label": "档案", "url": "/files/", "icon": "folder", "active": False, "count": 0},
]


def base(**context) -> str:
    common = {"acting": HERE, "my_posts": [HERE, THERE], "nav": NAV, "site_name": "困难职工帮扶"}
    user = SimpleNamespace(is_authenticated=True)
    return get_template("ui/base.html").render({**common, "user": user, **context})


def test_every_page_can_be_skipped_to_its_text_and_has_its_landmarks():
    html = base()
    assert html.index('class="skip-link" href="#main"') < html.index("<aside")
    for landmark in ("<header", "<nav", '<main class="main" id="main"', "<aside"):
        assert landmark in html
    assert html.count("<h1>") == 1
    assert 'lang="zh-Hans"' in html


def test_the_side_bar_marks_the_current_place_once_and_shows_what_waits():
    html = base()
    assert html.count('aria-current="page"') == 1
    assert html.count('class="side-count"') == 1


def test_the_acting_post_is_shown_and_another_is_one_press_away():
    html = base()
    assert "示例县总工会" in html
    assert re.findall(r'name="post" value="(\d)"', html) == ["1", "2"]
    assert html.count('action="/posts/switch/"') == 2


def test_a_person_with_one_post_sees_it_without_a_switcher():
    html = base(my_posts=[HERE])
    assert "审核人" in html
    assert "/posts/switch/" not in html


def test_a_person_without_a_post_still_gets_a_page_and_may_log_out():
    html = base(acting=None, my_posts=[], nav=[])
    assert re.search(r'<form method="post" action="/accounts/logout/"', html)


def test_demo_data_is_named_as_such_only_in_the_demo():
    assert "示例数据" in base(is_demo=True)
    assert "示例数据" not in base(is_demo=False)


def test_messages_are_announced():
    html = base(messages=[SimpleNamespace(level_tag="success")])
    assert 'aria-live="polite"' in html
    assert "note-success" in html


@pytest.mark.parametrize(
    "name", ["403.html", "403_csrf.html", "404.html", "429.html", "500.html", "account/logout.html"]
)
def test_a_page_for_trouble_stands_without_any_context(name):
    html = get_template(name).render({})
    assert html.count("<h1>") == 1
    assert "<main" in html


def test_the_page_for_server_errors_needs_no_template_tag():
    source = get_template("500.html").template.source
    assert "{%" not in source
    assert "{{" not in source


def test_a_refusal_says_why_and_leads_back():
    html = get_template("ui/refused.html").render({"sentence": "已有人改过这一户。", "back_url": "/cases/7/"})
    assert "已有人改过这一户。" in html
    assert 'href="/cases/7/"' in html
