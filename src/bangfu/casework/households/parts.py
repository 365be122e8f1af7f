"""How the questionnaire is asked: parts (forms over some of its answers) and pages that bind several parts at once.

Missing answers are no errors (rules tell what is incomplete); answers that are wrong are refused one by one, so that
autosave keeps the valid ones. The parts themselves stand in forms.py.
"""

from collections.abc import Iterable, Iterator, Mapping

from django import forms
from django.core.validators import MaxLengthValidator
from django.db import models

from bangfu.casework.households.models import Circumstances, DocumentKind, Member
from bangfu.foundations.codes import citizen_id, clock, lists, numbers

YES_NO = [("True", "是"), ("False", "否")]
RELATIONS = ("relation_to_applicant", "relation_to_head_override")
CHOICES_IN_A_ROW = 7  # up to so many codes are offered as buttons, more as a drop-down
WIDE_ROW = 30  # characters of a row of buttons that no longer fit half a page
MASKS = {
    "id_number": "citizen_id",
    "phone": "phone",
    "mobile": "phone",
    "bank_card_no": "card",
    "postal_code": "postcode",
}
PARTS: dict[str, type["PartForm"]] = {}


class PartForm(forms.ModelForm):
    """A part of the questionnaire. `of` says whose answers: household, applicant (member 0) or members (one form each).

    `needed` are shown with a star; `ticks` are yes/no columns asked as one box; `shown_when` gives the condition
    (data-show-when) under which an answer is asked at all.
    """

    part = ""
    of = "household"
    title = ""
    needed: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    shown_when: dict[str, str] = {}

    use_required_attribute = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.part:
            PARTS[cls.part] = cls

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._before = {name: getattr(self.instance, name) for name in self.fields}
        for name, field in self.fields.items():
            field.required = name in self.needed
            self._dress(name, field)

    def _dress(self, name: str, field: forms.Field) -> None:
        if isinstance(field, forms.NullBooleanField):
            field.widget = forms.CheckboxInput() if name in self.ticks else forms.RadioSelect(choices=YES_NO)
        elif isinstance(field, forms.TypedChoiceField):
            self._dress_choice(name, field)
        if name in MASKS:
            # The tidy form is what counts: blanks between the groups of a number are no mistake.
            field.validators = [check for check in field.validators if not isinstance(check, MaxLengthValidator)]
            field.widget.attrs.pop("maxlength", None)
            field.widget.attrs["data-mask"] = MASKS[name]

    @staticmethod
    def _dress_choice(name: str, field) -> None:
        offered = [(code, label) for code, label in field.choices if code]
        if name in RELATIONS:
            field.choices = [("", "请选择"), *lists.grouped_choices("relation")]
        elif name == "excluded_kind":
            field.choices = [("", "没有（计入家庭人口）"), *offered]
        elif len(offered) <= CHOICES_IN_A_ROW or name == "main_cause":
            field.widget = forms.RadioSelect()
            field.choices = offered if field.required else [("", "未填"), *offered]
        else:
            field.choices = [("", "请选择"), *offered]

    def full_clean(self):
        """Check what was typed; an answer that is still missing is left to the rules of completeness."""
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True

    def clean(self):
        """Checks between answers. No query for uniqueness at every keystroke: the database keeps it."""
        return self.cleaned_data

    def answers(self) -> Circumstances | Member:
        """The record with every valid answer of this part set; where an answer is wrong it keeps the former one."""
        for name in self.errors:
            if name in self._before:
                setattr(self.instance, name, self._before[name])
        return self.instance

    def rows(self) -> list[dict]:
        """The fields with the condition under which each is asked, for the template of parts."""
        return [{"bound": bound, "when": self.condition(bound.name), "wide": self._is_wide(bound)} for bound in self]

    def _is_wide(self, bound: forms.BoundField) -> bool:
        widget = bound.field.widget
        if isinstance(widget, forms.RadioSelect):
            return sum(len(str(label)) + 4 for _, label in widget.choices) > WIDE_ROW
        return isinstance(widget, forms.Textarea | forms.CheckboxSelectMultiple) or bound.name in self.ticks

    def condition(self, name: str) -> str:
        """data-show-when of a field, with the prefix of this form."""
        asked = self.shown_when.get(name, "")
        return f"{self.prefix}-{asked}" if asked and self.prefix else asked

    def check_phone(self, name: str) -> None:
        """Refuse what nobody can be called under; keep the tidy number."""
        text = self.cleaned_data.get(name)
        if text and (wrong := numbers.phone_problems(text)):
            self.add_error(name, wrong[0].text)
        elif text:
            self.cleaned_data[name] = numbers.normalise_phone(text)

    def check_at_most(self, part: str, whole: str, sentence: str) -> None:
        """Refuse a part that is greater than its whole."""
        less, more = self.cleaned_data.get(part), self.cleaned_data.get(whole)
        if less is not None and more is not None and less > more:
            self.add_error(part, sentence)

    def check_months(self, start: str, end: str) -> None:
        """Refuse a period that ends before it starts."""
        one, other = self.cleaned_data.get(start), self.cleaned_data.get(end)
        if one and other and other < one:
            self.add_error(end, "“至”不能早于“起”。")


class PersonForm(PartForm):
    """Identity of a person: the number is checked at the field; birth date and sex follow from it."""

    def clean(self):
        given = super().clean()
        if given.get("document_kind") not in ("", None, DocumentKind.CITIZEN_ID):
            given["id_number"] = ""
            self._check_birth(given.get("birth_date"))
            return given
        given |= {"document_number": "", "document_reason": ""}
        number = citizen_id.normalise(given.get("id_number") or "")
        if not number:
            return given
        wrong = citizen_id.problems(number, clock.today(), given.get("sex") or "")
        if wrong:
            self.add_error("id_number", wrong[0].text)
            given["birth_date"] = self._before.get("birth_date")
        else:
            given |= {"id_number": number, "birth_date": citizen_id.birth_date(number), "sex": citizen_id.sex(number)}
        return given

    def _check_birth(self, born) -> None:
        if born and born > clock.today():
            self.add_error("birth_date", "出生日期不能晚于今天。")


class Page:
    """Forms that are bound and saved together."""

    def __init__(self, page_forms: Iterable[PartForm]):
        self.forms = list(page_forms)

    def __iter__(self) -> Iterator[PartForm]:
        return iter(self.forms)

    def is_valid(self) -> bool:
        """Whether nothing that was typed is wrong (missing answers are not wrong)."""
        return all([form.is_valid() for form in self.forms])

    def answers(self) -> list[models.Model]:
        """The records with every valid answer set, each once, ready for an action to save."""
        found = {id(thing): thing for form in self.forms for thing in [form.answers()]}
        return list(found.values())

    def changed(self) -> list[tuple[models.Model, list[str]]]:
        """(record, names of its answers) for an action. A valid number also gives birth date and sex."""
        found: list[tuple[models.Model, list[str]]] = []
        for form in self.forms:
            thing = form.answers()
            found.append((thing, [*form.fields, *(["birth_date", "sex"] if isinstance(thing, Member) else [])]))
        return found

    def wrong(self) -> list[forms.BoundField]:
        """The fields whose typed answer could not be kept."""
        return [bound for form in self.forms for bound in form if bound.errors]


class Questionnaire(Page):
    """Several parts on one page, over one record. Unbound without `data`; field names are the same at every witness.

    Names: answers of the household have no prefix, the applicant's start with `a-`, a member's with `m<id>-`.
    """

    def __init__(self, circumstances: Circumstances, parts: Iterable[str], data: Mapping | None = None):
        found: list[PartForm] = []
        members = list(circumstances.members.all())
        for part in parts:
            form_class = PARTS[part]
            if form_class.of == "household":
                found.append(form_class(data, instance=circumstances))
            found += [
                form_class(data, instance=member, prefix=prefix_of(member))
                for member in members
                if _asks(form_class, member)
            ]
        super().__init__(found)


def prefix_of(member: Member) -> str:
    """Prefix of the field names of a member."""
    return "a" if member.position == 0 else f"m{member.pk}"


def place_of(circumstances: Circumstances, path: str, parts: Iterable[str]) -> tuple[str, str] | None:
    """Where an answer (path of a Reason) is asked among `parts`: (part, id of its field); None when it is not."""
    name, position = path, None
    if path.startswith("members."):
        _, number, name = path.split(".", 2)
        position = int(number)
    for part in parts:
        form_class = PARTS[part]
        if name not in form_class.base_fields or (form_class.of == "household") != (position is None):
            continue
        if position is None:
            return part, f"id_{name}"
        member = next((m for m in circumstances.members.all() if m.position == position), None)
        if member and _asks(form_class, member):
            return part, f"id_{prefix_of(member)}-{name}"
    return None


def _asks(form_class: type[PartForm], member: Member) -> bool:
    return form_class.of == ("applicant" if member.position == 0 else "members")
