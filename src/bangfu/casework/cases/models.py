"""The case, its transition log, and numbers."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from bangfu.casework.cases.states import FINAL, LIVE, LOOKS, State
from bangfu.casework.households.models import Circumstances, Household
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import CodeField
from bangfu.foundations.organisations.models import Organisation, Post, Scoped, ScopedQuerySet, User
from bangfu.foundations.privacy import guards


class Kind(models.TextChoices):
    """Cases of other kinds (re-verification, exit, legacy) have a shorter table in the same flow."""

    NEW = "new", "新申请建档"


class ReturnedTo(models.TextChoices):
    """To whom a returned case goes."""

    APPLICANT = "applicant", "申请人"
    GRASSROOTS = "grassroots", "基层工会"
    TOWNSHIP = "township", "乡镇（街道）工会"
    COUNTY = "county", "县级工会"


class CaseQuerySet(ScopedQuerySet):
    def awaiting(self, org: Organisation):
        """Cases whose turn it is at `org`."""
        return self.filter(turn_org_id=org.id)

    def with_everything_for_list(self):
        """What a list row shows, in a constant number of queries."""
        return self.select_related("org", "turn_org")


class Case(Scoped):
    """One way of a household through the flow. `version` counts every change; pages carry the one they showed."""

    case_no = models.CharField("案号", max_length=17, unique=True)
    kind = models.CharField("种类", max_length=8, choices=Kind.choices, default=Kind.NEW)
    entry_kind = CodeField("entry_kind", verbose_name="进入方式", default="new")
    household = models.ForeignKey(Household, models.PROTECT, related_name="cases")
    state = models.CharField(
        "状态", max_length=16, choices=[(s.value, look.label) for s, look in LOOKS.items()], default=State.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    returned_to = models.CharField(max_length=12, choices=ReturnedTo.choices, blank=True)
    turn_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True, verbose_name="该谁办理")
    due_on = models.DateField("应办结日期", null=True, blank=True)
    # Changes with the state only (never on an edit), so that list indexes stay small and updates cheap.
    queue_at = models.DateTimeField("进入本状态的时间", default=clock.now)
    opened_at = models.DateTimeField(default=clock.now)
    declared = models.ForeignKey(Circumstances, models.PROTECT, related_name="+", null=True)
    verified = models.ForeignKey(Circumstances, models.PROTECT, related_name="+", null=True)
    filed = models.ForeignKey(Circumstances, models.PROTECT, related_name="+", null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    # Search keys of the applicant, kept beside the case because encrypted columns cannot be searched.
    name = models.CharField("姓名", max_length=50, blank=True)
    name_grams = ArrayField(models.CharField(max_length=2), default=list)
    name_initials = models.CharField(max_length=50, blank=True)
    worker_no = models.CharField("职工编号", max_length=16, blank=True)
    id_bidx = models.BinaryField(max_length=32, null=True)
    phone_bidx = models.BinaryField(max_length=32, null=True)
    main_cause = CodeField("cause_application", verbose_name="主要致困原因", blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-queue_at", "-id"]
        indexes = [
            models.Index(fields=[level, "state", "-queue_at", "-id"], name=f"case_{level[:4]}_list")
            for level in ("province_id", "city_id", "county_id", "township_id", "org_id")
        ] + [
            models.Index(fields=["turn_org", "state", "-queue_at", "-id"], name="case_turn"),
            models.Index(fields=["worker_no"], name="case_worker_no"),
            models.Index(fields=["id_bidx"], name="case_id_bidx"),
            models.Index(fields=["phone_bidx"], name="case_phone_bidx"),
            models.Index(fields=["name_initials"], name="case_initials"),
            GinIndex(fields=["name_grams"], name="case_name_grams"),
        ]
        # Beside a file that was lifted a household may apply again (返困): live files do not count.
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=~models.Q(state__in=sorted(state.value for state in FINAL | LIVE)),
                name="one_case_under_way",
            ),
        ]

    def __str__(self):
        return f"{self.case_no} {self.name}"

    @property
    def look(self):
        """Label, tone and stage of the state."""
        return LOOKS[State(self.state)]

    @property
    def circumstances(self) -> Circumstances | None:
        """The best witness so far: filed, else verified, else declared."""
        return self.filed or self.verified or self.declared

    @property
    def overdue(self) -> bool:
        """Whether the due day is past."""
        return self.due_on is not None and self.due_on < clock.today()


class Transition(Scoped):
    """One step taken: by which person, in which post and union as at that moment. Written by flow only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="transitions")
    step = models.CharField(max_length=30)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    at = models.DateTimeField(default=clock.now)
    by_user = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    by_post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True)
    by_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    by_name = models.CharField(max_length=50)
    by_post_label = models.CharField(max_length=60)
    by_org_name = models.CharField(max_length=100)
    acting_for = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=1000, blank=True)
    rule = models.CharField(max_length=10, blank=True)
    returned_to = models.CharField(max_length=12, blank=True)
    # What the case was before, so that the step can be taken back.
    before = models.JSONField(default=dict)
    superseded = models.BooleanField("已被取代", default=False)
    taken_back = models.BooleanField("已收回", default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["case", "-id"], name="transition_case")]

    def __str__(self):
        return f"{self.case_id} {self.step}"


class Sequence(models.Model):
    """Last number given per prefix (union code + year); locked while a number is given."""

    prefix = models.CharField(max_length=12, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.prefix} {self.last}"


# A transition is a record of what happened: only its two marks may be set, and they are never unset.
guards.guard(
    guards.Trigger(
        name="cases_transition_sealed",
        table="cases_transition",
        when="BEFORE UPDATE OR DELETE",
        body="""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'the transition log cannot be deleted' USING ERRCODE = '23514';
            END IF;
            IF (to_jsonb(OLD) - 'superseded' - 'taken_back') IS DISTINCT FROM
               (to_jsonb(NEW) - 'superseded' - 'taken_back')
               OR (OLD.superseded AND NOT NEW.superseded) OR (OLD.taken_back AND NOT NEW.taken_back) THEN
                RAISE EXCEPTION 'the transition log cannot be changed' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        """,
    )
)

# Array operators are not leakproof: under row-level security the index on name_grams is not used (0.1 → 400 ms).
guards.door(
    guards.Door(
        name="door_cases_by_name",
        arguments="varchar[]",
        returns="TABLE (id bigint)",
        body="""
            SELECT c.id FROM cases_case c WHERE c.name_grams @> $1 AND (
                nullif(current_setting('app.nation', true), '') = 'yes' OR nullif(current_setting('app.scope', true), '')::bigint
                IN (c.province_id, c.city_id, c.county_id, c.township_id, c.org_id))
            ORDER BY c.queue_at DESC, c.id DESC LIMIT 200
        """,
        why="A part of a name is found through its index; ids of cases of the caller's own subtree only, the latest first.",
    )
)
