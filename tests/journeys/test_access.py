"""Logging in, switching posts, logging out."""

import pytest
from playwright.sync_api import expect

from tests.factories.unions import PASSWORD

pytestmark = pytest.mark.journey


def test_an_officer_logs_in_and_sees_the_desk(people):
    people("officer").sees("工作台", "示例纺织工会", "经办人")


def test_a_wrong_password_is_answered_plainly_and_then_slowed_down(site, page, world):
    page.goto(f"{site}/accounts/login/")
    for _ in range(6):
        page.locator("input[name=login]").fill("13010200002-officer-1")
        page.locator("input[name=password]").fill(PASSWORD + "x")
        page.locator("form button[type=submit]").first.click()
    expect(page.locator("body")).to_contain_text("次数太多")
