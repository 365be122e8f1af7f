"""What belongs to the application beside the declared circumstances."""

from django.db import models

from bangfu.casework.cases.models import Case, ReturnedTo
from bangfu.casework.cases.states import State
from bangfu.casework.households.models import Member
from bangfu.foundations.codes.fields import MoneyField
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Scoped, ScopedQuerySet
from bangfu.foundations.privacy.fields import EncryptedTextField


class Application(Scoped):
    """附件2, the applicant's statements and date; `typed` keeps what was typed but is not valid yet (JSON, encrypted)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="application")
    typed = EncryptedTextField("填了但还不能保存的内容", blank=True)
    declares_no_exclusion = models.BooleanField("本人已阅读填表说明，不存在填表说明第1项的情况", default=False)
    declares_cooperation = models.BooleanField("本人愿意配合调查，情况变化时及时告知所在工会", default=False)
    declares_plan_cooperation = models.BooleanField("本人将积极配合制定帮扶计划", default=False)
    applicant_signature = models.ForeignKey(Attachment, models.PROTECT, related_name="+", null=True, blank=True)
    signed_on_paper = models.BooleanField("申请人已在纸质申报表上签名", default=False)
    applied_on = models.DateField("申请日期", null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    # The page (its once-token) that saved last, and the case's version after it: an autosave on its way does not make
    # the same page stale.
    saved_page = models.CharField(max_length=40, blank=True)
    saved_version = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"application {self.case_id}"


class OfTheDeclaration(models.Manager):
    """Rows of the persons of the case's present declaration. Those of earlier ones stay, with their frozen record."""

    def get_queryset(self):
        return ScopedQuerySet(self.model, using=self._db).filter(
            member__circumstances=models.F("application__case__declared")
        )


class Authorisation(Scoped):
    """附件1: one line per household member and legal supporter (R-F1-1). No biometric template is ever kept."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="authorisations")
    member = models.OneToOneField(Member, models.CASCADE, related_name="authorisation")
    line_no = models.PositiveSmallIntegerField("序号", default=1)
    declares_truth = models.BooleanField("声明家庭情况与经济状况属实", default=False)
    consents_to_verification = models.BooleanField("同意查询、核对收入及财产状况", default=False)
    signature = models.ForeignKey(Attachment, models.PROTECT, related_name="+", null=True, blank=True)
    signed_on_paper = models.BooleanField("已在纸质授权书上签名", default=False)
    fingerprint_on_paper = models.BooleanField("已按指模", default=False)
    signed_by_guardian = models.BooleanField("监护人代签", default=False)
    guardian_name = models.CharField("监护人", max_length=50, blank=True)
    signed_on = models.DateField("签署日期", null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = OfTheDeclaration()  # type: ignore[assignment]

    class Meta:
        ordering = ["line_no"]

    def __str__(self):
        return f"authorisation {self.line_no}"

    @property
    def complete(self) -> bool:
        """Declared, consented, signed with fingerprint and date, the guardian named when one signed."""
        signed = (self.signature_id or self.signed_on_paper) and self.fingerprint_on_paper and self.signed_on
        guardian = self.guardian_name if self.signed_by_guardian else True
        return bool(self.declares_truth and self.consents_to_verification and signed and guardian)


class EmploymentForm(models.TextChoices):
    """附件3 我单位职工（或聘用人员）."""

    WORKER = "worker", "职工"
    HIRED = "hired", "聘用人员"


class WageCertificate(Scoped):
    """附件3, one per earner. Money in fen: 元/月 the averages, 元/年 the annual income."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="wage_certificates")
    member = models.ForeignKey(Member, models.CASCADE, related_name="wage_certificates")
    employment_form = models.CharField(
        "身份", max_length=8, choices=EmploymentForm.choices, default=EmploymentForm.WORKER
    )
    months_covered = models.PositiveSmallIntegerField("其前几个月", default=12)
    avg_gross_monthly = MoneyField("月均工资", unit="元/月", null=True, blank=True)
    avg_net_monthly = MoneyField("月均实发工资", unit="元/月", null=True, blank=True)
    annual_income = MoneyField("年收入", unit="元/年", null=True, blank=True)
    handler_name = models.CharField("经办人（签名）", max_length=50, blank=True)
    handler_phone = EncryptedTextField("联系电话", kind="phone", max_length=20, blank=True)
    issuer_name = models.CharField("单位（劳资部门盖章）", max_length=100, blank=True)
    sealed = models.BooleanField("已盖章", default=False)
    issued_on = models.DateField("出具日期", null=True, blank=True)

    objects = OfTheDeclaration()  # type: ignore[assignment]

    class Meta:
        ordering = ["member__position"]

    def __str__(self):
        return f"wage certificate {self.pk}"

    @property
    def complete(self) -> bool:
        """Every blank of 附件3 is filled and the paper is sealed."""
        figures = (self.avg_gross_monthly, self.avg_net_monthly, self.annual_income)
        words = (self.issuer_name, self.handler_name, self.handler_phone, self.issued_on)
        return all(figure is not None for figure in figures) and all(words) and self.sealed


class RequestedItem(Scoped):
    """One thing that a return asks of the applicant; all are answered before the case is submitted again."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="requested_items")
    text = models.CharField("需补正的内容", max_length=300)
    answer = models.CharField("补正说明", max_length=300, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.text


def is_open_to_applicant(case: Case) -> bool:
    """Whether the application may be changed now: a draft, or returned to the applicant."""
    return case.state == State.DRAFT or (case.state == State.RETURNED and case.returned_to == ReturnedTo.APPLICANT)
