"""People at their browsers: they log in, click and type; every page they leave is kept as a picture when asked."""

import contextlib
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect

from bangfu.foundations.organisations.models import Organisation
from tests.factories.unions import PASSWORD, World

PHONE = {"width": 360, "height": 740}


class Person:
    """One person's window."""

    def __init__(self, page: Page, site: str, name: str, shots: Path | None):
        self.page, self.site, self.name, self.shots = page, site, name, shots
        self.pictures = 0
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console", lambda line: self.problems.append(line.text) if "Content Security Policy" in line.text else None
        )
        self.problems: list[str] = []

    def log_in(self, username: str) -> "Person":
        self.page.goto(f"{self.site}/accounts/login/")
        self.page.locator("input[name=login]").fill(username)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("form button[type=submit]").first.click()
        expect(self.page.locator("h1").first).to_be_visible()
        return self

    def open(self, path: str) -> "Person":
        answer = self.page.goto(self.site + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self

    def fill(self, values: dict[str, str]) -> "Person":
        """Type into fields by their name; a radio or select is chosen by value or label, a check box ticked by True."""
        for name, value in values.items():
            self._fill_one(name, value)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait as a person does before the next press: what was typed is on its way or saved."""
        self.page.wait_for_timeout(300)

    def _fill_one(self, name: str, value) -> None:
        fields = self.page.locator(f'[name="{name}"]:not([type=hidden])')
        kind = fields.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        if kind == "select":
            options = fields.first.locator("option").evaluate_all(
                "all => all.map(o => [o.value, o.textContent.trim()])"
            )
            chosen = next(v for v, label in options if value in (v, label))
            fields.first.select_option(chosen)
        elif kind == "radio":
            self.tick(self.page.locator(f'[name="{name}"][value="{value}"]'), True)
        elif kind == "checkbox":
            for one in value if isinstance(value, list) else [value]:
                box = fields.first if isinstance(one, bool) else self.page.locator(f'[name="{name}"][value="{one}"]')
                self.tick(box, one is not False)
        else:
            fields.first.fill(str(value))

    def tick(self, box, wanted: bool) -> None:
        """Tick or untick; an autosave may put a fresh field in its place just then, so look again."""
        for _ in range(20):
            with contextlib.suppress(Error):
                box.set_checked(wanted, force=True, timeout=2000)
                if box.is_checked() == wanted:
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.page.url}: {box} could not be ticked")

    def press(self, label: str, *, confirm: bool = False, stay: bool = False) -> "Person":
        """Press a button (or a link that looks like one) and wait for the next page; confirm the question if there is one.

        `stay` for what changes the page in place.
        """
        self.shoot()
        button = self.page.get_by_role("button", name=label).or_(self.page.get_by_role("link", name=label, exact=True))
        with contextlib.nullcontext() if stay else self.page.expect_event("domcontentloaded"):
            button.first.click()
            if confirm:
                self.page.locator("dialog[open] [data-ask=yes]").click()
        self.page.wait_for_load_state("load")
        return self

    def sees(self, *texts: str) -> "Person":
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
        return self

    def does_not_see(self, *texts: str) -> "Person":
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def shoot(self, name: str = "") -> None:
        """Keep the page as a picture, on an office screen and on a phone."""
        if self.shots is None:
            return
        self.pictures += 1
        stem = f"{self.pictures:02d}-{self.name}{'-' + name if name else ''}"
        self.page.screenshot(path=self.shots / f"{stem}.png", full_page=True)
        before = self.page.viewport_size
        self.page.set_viewport_size(PHONE)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.screenshot(path=self.shots / f"{stem}-phone.png", full_page=True)
        self.page.set_viewport_size(before)
        assert wide <= PHONE["width"], f"{self.page.url} is {wide} px wide on a phone"


class People:
    """Everybody who takes part in a journey."""

    def __init__(self, site: str, browser: Browser, context: dict, shots: Path | None, world: World):
        self.site, self.browser, self.context, self.shots, self.world = site, browser, context, shots, world
        self.here: dict[str, Person] = {}

    def __call__(self, role: str, org: Organisation | None = None, number: int = 1) -> Person:
        username = f"{(org or self.world.textile).code}-{role}-{number}"
        if username not in self.here:
            page = self.browser.new_context(**self.context).new_page()
            self.here[username] = Person(page, self.site, username, self.shots).log_in(username)
        return self.here[username]

    def close(self) -> None:
        """Nobody saw a script error or a blocked resource; the last page of each is kept as a picture."""
        for person in self.here.values():
            person.shoot("last")
        problems = {name: person.problems for name, person in self.here.items() if person.problems}
        for person in self.here.values():
            person.page.context.close()
        assert not problems
