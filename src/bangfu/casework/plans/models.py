"""The register of sponsors and contacts, the plan, and the copies of the card."""

from django.db import models
from django.db.models import Q

from bangfu.casework.archives.models import Archive
from bangfu.casework.cases.models import Case
from bangfu.foundations.codes.fields import CodeField, CodeListField, YearMonthField
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Scoped, User
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.fields import EncryptedTextField


class Sponsor(Scoped):
    """帮扶单位, kept in the register of a county (or city) union."""

    name = models.CharField("帮扶单位", max_length=100)
    phone = models.CharField("电话", max_length=20, blank=True)
    active = models.BooleanField("在册", default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="sponsor_once")]

    def __str__(self):
        return self.name


class Contact(Scoped):
    """帮扶联系人 of a sponsor; how many households each has is shown where one is chosen."""

    sponsor = models.ForeignKey(Sponsor, models.PROTECT, related_name="contacts")
    name = models.CharField("帮扶联系人", max_length=50)
    title = models.CharField("职务", max_length=40)
    phone = EncryptedTextField("联系方式", kind="phone", max_length=20)
    active = models.BooleanField("在册", default=True)

    class Meta:
        ordering = ["sponsor__name", "name"]

    def __str__(self):
        return self.name


class Plan(Scoped):
    """立卡信息 of 附件6: what is wrong, what is done, who helps, by when; signed by the worker."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="plan")
    # A household that fell back into hardship has one archive and a plan for each of its cases.
    archive = models.ForeignKey(Archive, models.PROTECT, related_name="plans")
    household_situations = CodeListField("household_situation", verbose_name="家庭状况")
    key_groups = CodeListField("key_group", verbose_name="五类重点群体")
    key_group_other = models.CharField("五类重点群体 其他（注明）", max_length=100, blank=True)
    measures = CodeListField("four_batch_measure", verbose_name="四个一批措施")
    measure_other = models.CharField("四个一批措施 其他（注明）", max_length=100, blank=True)
    plans = CodeListField("seven_plan", verbose_name="七个行动计划")
    plan_other = models.CharField("七个行动计划 其他（注明）", max_length=100, blank=True)
    # Which measure or plan answers which need: {"3": "m3,p4"}; an unanswered need is shown.
    answers = models.JSONField("需求与措施对应", default=dict, blank=True)
    target_month = YearMonthField("帮扶任务完成时限")
    sponsor = models.ForeignKey(
        Sponsor, models.PROTECT, related_name="plans", null=True, verbose_name="帮扶单位（名册）"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="plans", null=True, verbose_name="帮扶联系人（名册）"
    )
    # As the register had them when chosen; kept up to date by the register. A grassroots union cannot read the rows of
    # the county's register (row-level security), but card and ledger show these.
    assist_unit = models.CharField("帮扶单位", max_length=100, blank=True)
    assist_contact = models.CharField("帮扶联系人", max_length=50, blank=True)
    assist_contact_post = models.CharField("帮扶联系人职务", max_length=40, blank=True)
    assist_contact_phone = EncryptedTextField("帮扶联系人联系方式", kind="phone", max_length=20, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    agreed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    agreed_at = models.DateTimeField(null=True)
    union_liaison = models.CharField("所属工会联络人姓名", max_length=50)
    union_liaison_post = models.CharField("联络人职务", max_length=40)
    union_liaison_phone = EncryptedTextField("联络人联系方式", kind="phone", max_length=20)
    signature = models.ForeignKey(Attachment, models.PROTECT, related_name="+", null=True)
    signed_on = models.DateField("职工签字日期", null=True)
    carded_on = models.DateField("立卡时间", null=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        # What waits for the agreement of a union above: few rows, at each level that guides.
        indexes = [
            models.Index(
                fields=[level, "id"],
                condition=Q(agreed_by__isnull=True) & ~Q(assist_contact=""),
                name=f"plan_{level[:4]}_agree",
            )
            for level in ("province_id", "city_id", "county_id", "township_id")
        ]

    def __str__(self):
        return f"plan {self.case_id}"


class CardCopy(Scoped):
    """One of the three copies of 附件7: worker, grassroots union, service centre."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="card_copies")
    copy = CodeField("contact_card_copy", verbose_name="联")
    issued_on = models.DateField("发放日期")
    received_at = models.DateTimeField("收到时间", null=True)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["copy"]
        constraints = [models.UniqueConstraint(fields=["plan", "copy"], name="card_copy_once")]
        # What the service centre of a county or city still waits for.
        indexes = [
            models.Index(
                fields=[level, "copy", "issued_on", "id"],
                condition=Q(received_at__isnull=True),
                name=f"card_{level[:4]}_wait",
            )
            for level in ("city_id", "county_id")
        ]

    def __str__(self):
        return f"copy {self.copy}"


# The register is kept by the county (city) union; the unions below choose from it. Only unions above the case's own lend.
guards.door(
    guards.Door(
        name="door_register_above",
        arguments="bigint",
        returns=(
            "TABLE (contact_id bigint, name varchar, title varchar, phone bytea, sponsor_id bigint, sponsor varchar,"
            " keeper varchar, households bigint)"
        ),
        body="""
            SELECT c.id, c.name, c.title, c.phone, s.id, s.name, k.name,
                (SELECT count(*) FROM plans_plan p JOIN cases_case a ON a.id = p.case_id
                 WHERE p.contact_id = c.id AND a.state IN ('filed', 'planned', 'in_assistance'))
            FROM organisations_organisation o
            JOIN plans_contact c ON c.org_id IN (o.id, o.township_id, o.county_id, o.city_id, o.province_id)
            JOIN plans_sponsor s ON s.id = c.sponsor_id
            JOIN organisations_organisation k ON k.id = c.org_id
            WHERE o.id = $1 AND c.active AND s.active AND (
                nullif(current_setting('app.nation', true), '') = 'yes'
                OR nullif(current_setting('app.scope', true), '')::bigint
                    IN (o.id, o.township_id, o.county_id, o.city_id, o.province_id))
            ORDER BY s.name, c.name, c.id
        """,
        why="A union chooses sponsor and contact from the register of the unions above it, whose rows it cannot read.",
    )
)
