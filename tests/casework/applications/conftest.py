"""The pages of the form as a person uses them: open a step, change some answers, save."""

import pytest
from django.urls import reverse

from bangfu.casework.applications.forms import STEPS, page_of
from bangfu.casework.applications.queries import with_application
from bangfu.casework.cases.models import Case


class FormFiller:
    """Fills steps of one case's form in a signed-in client: what the page shows, changed where told."""

    def __init__(self, client, case: Case):
        self.client, self.case = client, case

    def fresh(self) -> Case:
        """The case as it is now."""
        return with_application(self.client.by).get(pk=self.case.pk)

    def shown(self, step: str) -> dict:
        """What a browser would send for the step as it stands."""
        data: dict = {"step": step}
        for form in page_of(STEPS[step], self.fresh()):
            for bound in form:
                value = bound.value()
                if type(bound.field.widget).__name__ == "RadioSelect" and value is False:
                    value = "False"
                if value not in (None, False, "", []):
                    data[bound.html_name] = value if isinstance(value, list) else "on" if value is True else str(value)
                    if type(bound.field.widget).__name__ == "RadioSelect" and value is True:
                        data[bound.html_name] = "True"
        return data

    def fill(self, step: str, *, url: str = "", **answers):
        """Save a step with some answers changed (names with __ for -)."""
        data = self.shown(step) | {name.replace("__", "-"): value for name, value in answers.items()}
        data = {name: value for name, value in data.items() if value is not None}
        extra = {"headers": answers.pop("headers", {})} if "headers" in answers else {}
        target = url or f"{reverse('applications:edit', args=[self.case.pk])}?step={step}"
        return self.client.press(target, data, thing=self.case, **extra)

    def press(self, name: str, *args, data: dict | None = None):
        """Press one of the other buttons of the form."""
        return self.client.press(
            reverse(f"applications:{name}", args=[self.case.pk, *args]), data or {}, thing=self.case
        )

    def page(self, step: str) -> str:
        """The step as a page."""
        answer = self.client.get(f"{reverse('applications:edit', args=[self.case.pk])}?step={step}")
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


@pytest.fixture
def form_of(sign_in):
    """form_of(by, case) → a FormFiller."""
    return lambda by, case: FormFiller(sign_in(by), case)
