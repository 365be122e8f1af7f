"""The visit and who made it."""

from django.db import models
from django.db.models import Q

from bangfu.casework.cases.models import Case
from bangfu.foundations.codes.fields import CodeField
from bangfu.foundations.organisations.models import Organisation, Scoped, User
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.fields import EncryptedTextField


class CheckState(models.TextChoices):
    """核对 with 民政: answered, or waived with a reason."""

    OPEN = "open", "未核对"
    ASKED = "asked", "已发函，待答复"
    ANSWERED = "answered", "已答复"
    WAIVED = "waived", "免于核对"


class Visit(Scoped):
    """附件2 调查情况 of one round. Concluded visits cannot change, and need two investigators (database triggers)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="visits")
    assigned_at = models.DateTimeField()
    planned_on = models.DateField("计划入户日期", null=True, blank=True)
    surveyed_on = models.DateField("入户日期", null=True, blank=True)
    members_text = EncryptedTextField("家庭成员（调查情况）", max_length=1000, blank=True)
    note = EncryptedTextField("调查记录", blank=True)
    check_state = models.CharField("民政核对", max_length=8, choices=CheckState.choices, default=CheckState.OPEN)
    check_asked_on = models.DateField("发函日期", null=True, blank=True)
    check_answered_on = models.DateField("答复日期", null=True, blank=True)
    check_result = EncryptedTextField("核对结果（与申报的差异）", max_length=500, blank=True)
    check_waived_reason = models.CharField("免于核对的理由", max_length=200, blank=True)
    aided = models.BooleanField("是否已享受低保", null=True, blank=True)
    refused_check = models.BooleanField("拒绝调查核实", null=True, blank=True)
    false_information = models.BooleanField("不如实提供情况", null=True, blank=True)
    employs_others = models.BooleanField("雇佣他人从事经营活动", null=True, blank=True)
    high_fee_school = models.BooleanField("子女进入高收费私立学校", null=True, blank=True)
    self_funded_abroad = models.BooleanField("子女自费出国留学", null=True, blank=True)
    conclusion = CodeField("survey_conclusion", verbose_name="调查结论", blank=True)
    survey_level = CodeField("survey_level", verbose_name="建档条件级别", blank=True)
    rule = CodeField("exclusion", verbose_name="不符合的条款", blank=True)
    reason = models.CharField("不符合的理由", max_length=500, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(superseded=False), name="one_visit_at_a_time"),
        ]

    def __str__(self):
        return f"visit {self.case_id}"


class Investigator(Scoped):
    """调查人员: staff of the filing union or lent by the one above; helpers (社工、义工) are listed apart and never count."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="investigators")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    name = models.CharField("姓名", max_length=50)
    from_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True, blank=True)
    is_helper = models.BooleanField("协助人员（社工、义工）", default=False)
    declares_no_kinship = models.BooleanField("与该户无亲属关系", default=False)
    signed_at = models.DateTimeField("签名时间", null=True, blank=True)

    class Meta:
        ordering = ["is_helper", "id"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "user"], name="investigator_once"),
            models.CheckConstraint(condition=Q(is_helper=True) | Q(user__isnull=False), name="investigator_is_staff"),
        ]

    def __str__(self):
        return self.name


guards.guard(
    guards.Trigger(
        name="visits_two_investigators",
        table="visits_visit",
        when="BEFORE INSERT OR UPDATE",
        declare="signed integer;",
        body="""
            IF TG_OP = 'UPDATE' AND OLD.concluded_at IS NOT NULL
               AND (to_jsonb(OLD) - 'superseded') IS DISTINCT FROM (to_jsonb(NEW) - 'superseded') THEN
                RAISE EXCEPTION 'a concluded visit cannot change' USING ERRCODE = '23514';
            END IF;
            IF NEW.concluded_at IS NOT NULL THEN
                SELECT count(DISTINCT user_id) INTO signed FROM visits_investigator
                    WHERE visit_id = NEW.id AND NOT is_helper AND signed_at IS NOT NULL;
                IF signed < 2 THEN
                    RAISE EXCEPTION 'a visit needs two investigators' USING ERRCODE = '23514';
                END IF;
            END IF;
            RETURN NEW;
        """,
    )
)
guards.guard(
    guards.Trigger(
        name="visits_investigators_stay",
        table="visits_investigator",
        when="BEFORE INSERT OR UPDATE OR DELETE",
        body="""
            IF TG_OP <> 'INSERT' THEN
                PERFORM 1 FROM visits_visit WHERE id = OLD.visit_id AND concluded_at IS NOT NULL;
                IF FOUND THEN RAISE EXCEPTION 'investigators of a concluded visit stay' USING ERRCODE = '23514'; END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            PERFORM 1 FROM visits_visit WHERE id = NEW.visit_id AND concluded_at IS NOT NULL;
            IF FOUND THEN RAISE EXCEPTION 'investigators of a concluded visit stay' USING ERRCODE = '23514'; END IF;
            RETURN NEW;
        """,
    )
)
