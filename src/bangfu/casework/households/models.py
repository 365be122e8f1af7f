"""Household, circumstances (one table for three witnesses), members, and the claim on a person."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.fields import AreaField, CodeField, CodeListField, MoneyField, YearMonthField
from bangfu.foundations.organisations.models import Scoped
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.crypto import blind_index
from bangfu.foundations.privacy.fields import EncryptedTextField


class Household(Scoped):
    """困难职工家庭: one household, one file (R-FILE-1). Kept under the hardship worker (R-FILE-2)."""

    worker_no = models.CharField("职工编号", max_length=16, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return self.worker_no or f"户 {self.pk}"


class Witness(models.TextChoices):
    """Who says so."""

    DECLARED = "declared", "申报"
    VERIFIED = "verified", "调查核实"
    FILED = "filed", "建档"


class Circumstances(Scoped):
    """All that 附件2 and 附件6 ask of the household, by one witness. Frozen records cannot change (database trigger).

    Money is fen: 元/年 unless the field says otherwise. The applicant is the member with position 0.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="circumstances")
    witness = models.CharField(max_length=8, choices=Witness.choices)
    written_at = models.DateTimeField(default=clock.now)
    frozen_at = models.DateTimeField(null=True, blank=True)
    canonical = models.BinaryField(default=b"", editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    schema = models.PositiveSmallIntegerField(default=1, editable=False)

    # 附件2 表头, 附件6 表头
    apply_level = CodeField("apply_level", verbose_name="申请困难类别", blank=True)
    worker_kind = CodeField("worker_kind", verbose_name="职工类别", blank=True, default="1")

    # 附件2 申请人
    hukou_address = EncryptedTextField("户籍地址", kind="address", max_length=120, blank=True)
    hukou_division = models.CharField("户口所在地行政区划", max_length=6, blank=True)
    hukou_division_name = models.CharField("行政区划名称（省外）", max_length=60, blank=True)
    residence_address = EncryptedTextField("现居住地", kind="address", max_length=120, blank=True)
    postal_code = models.CharField("邮政编码", max_length=6, blank=True)
    phone = EncryptedTextField("联系电话", kind="phone", max_length=20, blank=True)
    other_contact = EncryptedTextField("其他联系方式", kind="phone", max_length=40, blank=True)
    job_identity = CodeField("job_identity_application", verbose_name="职工身份", blank=True)
    contract_from = YearMonthField("合同期限 起", blank=True)
    contract_to = YearMonthField("合同期限 至", blank=True, help_text="不填表示无固定期限")
    unemployment_benefit_from = YearMonthField("失业金发放期限 起", blank=True)
    unemployment_benefit_to = YearMonthField("失业金发放期限 至", blank=True)
    job_identity_other = models.CharField("其他身份", max_length=50, blank=True)
    household_nonwage_income = MoneyField("家庭非薪资收入", unit="元/年", null=True, blank=True)

    # 附件2 家庭财产
    real_estate_none = models.BooleanField("没有不动产", null=True, blank=True)
    commercial_housing_count = models.PositiveSmallIntegerField("商品房 套", null=True, blank=True)
    commercial_housing_area = AreaField("商品房 平方米", null=True, blank=True)
    self_built_count = models.PositiveSmallIntegerField("自建房 套", null=True, blank=True)
    self_built_area = AreaField("自建房 平方米", null=True, blank=True)
    relocation_count = models.PositiveSmallIntegerField("拆迁安置房 套", null=True, blank=True)
    relocation_area = AreaField("拆迁安置房 平方米", null=True, blank=True)
    shop_count = models.PositiveSmallIntegerField("商铺 套", null=True, blank=True)
    shop_area = AreaField("商铺 平方米", null=True, blank=True)
    vehicle_none = models.BooleanField("没有机动车辆", null=True, blank=True)
    car_count = models.PositiveSmallIntegerField("汽车 辆", null=True, blank=True)
    car_bought_year = models.PositiveSmallIntegerField("汽车购买年份", null=True, blank=True)
    other_vehicle = models.CharField("其他车辆（名称，数量，购买年份）", max_length=100, blank=True)
    # R-EX-4 is about regular use that is not employed, the form asks ownership: both are asked.
    vehicle_regular_use = models.BooleanField("是否经常使用", null=True, blank=True)
    vehicle_use_employed = models.BooleanField("是否受雇使用", null=True, blank=True)
    other_property_has = CodeField("other_property", verbose_name="其他财产", blank=True)
    other_property_text = models.CharField("其他财产说明", max_length=200, blank=True)

    # 附件2 困难原因, 附件6 致困原因
    main_cause = CodeField("cause_application", verbose_name="主要致困原因", blank=True)
    secondary_causes = CodeListField("cause_application", verbose_name="次要致困原因（0-3项）", blank=True)
    main_cause_other = models.CharField("其他致困原因（文字）", max_length=100, blank=True)
    hardship_narrative = EncryptedTextField("家庭困难原因及状况（直接叙述）", blank=True)

    # 附件2 必要性支出 元/年
    expense_medical = MoneyField("医疗费用", unit="元/年", null=True, blank=True)
    expense_education = MoneyField("教育费用", unit="元/年", null=True, blank=True, help_text="不含小学、初中")
    expense_other = MoneyField("其他生活致困必要支出", unit="元/年", null=True, blank=True)
    expense_education_compulsory = MoneyField("小学、初中教育支出", unit="元/年", null=True, blank=True)
    medical_total_year = MoneyField("家庭年医疗费总支出", unit="元/年", null=True, blank=True)
    medical_self_paid_year = MoneyField("其中自付部分", unit="元/年", null=True, blank=True)

    # 附件2 材料 and 帮扶需求 (摸清帮扶需求, circular 一（二）)
    materials = CodeListField("material_kind", verbose_name="相关附件材料", blank=True)
    material_other = models.CharField("其他材料（名称）", max_length=100, blank=True)
    needs = CodeListField("need_kind", verbose_name="帮扶需求", blank=True)
    need_text = EncryptedTextField("帮扶需求说明", max_length=500, blank=True)

    # 附件6 职工本人, 收入与户籍
    work_start_date = models.DateField("工作时间（参加工作日期）", null=True, blank=True)
    housing_type = CodeField("housing_type_system", verbose_name="住房类型", blank=True)
    floor_area = AreaField("建筑面积", null=True, blank=True)
    single_parent = models.BooleanField("是否单亲", null=True, blank=True)
    hukou_type = CodeField("hukou_type", verbose_name="户口类型", blank=True)
    can_self_help = models.BooleanField("是否有一定自救能力", null=True, blank=True)
    zero_employment_household = models.BooleanField("是否为零就业家庭", null=True, blank=True)
    contract_signed_on = models.DateField("劳动合同签订时间", null=True, blank=True)
    contract_term = CodeField("contract_term_band", verbose_name="合同期限", blank=True)
    household_annual_income_corrected = MoneyField("家庭年度总收入（更正）", unit="元/年", null=True, blank=True)
    income_correction_reason = models.CharField("更正理由", max_length=200, blank=True)
    bank_name = models.CharField("开户银行", max_length=60, blank=True)
    bank_branch = models.CharField("支行名称", max_length=60, blank=True)
    bank_card_no = EncryptedTextField("银行卡号", kind="card", max_length=25, blank=True)
    medical_aid_received_year = MoneyField("每年所得医疗救助款", unit="元/年", null=True, blank=True)
    has_basic_medical_insurance = models.BooleanField("是否参加基本医疗保险", null=True, blank=True)
    medical_note = EncryptedTextField("医疗救助备注", max_length=300, blank=True)
    difficulty_category = CodeField("difficulty_category", verbose_name="困难类别", blank=True)
    archive_type = CodeField("archive_type", verbose_name="档案类型", blank=True)
    filing_standard = CodeField("filing_standard", verbose_name="建档标准", blank=True)
    # Required fields of 附件6 answered 无 / 不详, with the reason: {"postal_code": "不详：地址新建小区"}.
    excused = models.JSONField("不详及理由", default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(frozen_at__isnull=True) | ~Q(digest=""), name="frozen_has_digest"),
        ]

    def __str__(self):
        return f"{self.get_witness_display()} {self.household_id}"

    def get_difficulty_category_display(self) -> str:
        """困难类别 in the words of the list of its own time: the codes 1–3 changed their meaning in 2020."""
        on = clock.local(self.frozen_at).date() if self.frozen_at else None
        return lists.label("difficulty_category", self.difficulty_category, on=on)

    @property
    def applicant(self) -> "Member | None":
        """The member with position 0."""
        return next((member for member in self.members.all() if member.position == 0), None)

    @property
    def others(self) -> list["Member"]:
        """Members and supporters except the applicant, in order."""
        return [member for member in self.members.all() if member.position > 0]

    @property
    def household_size(self) -> int:
        """家庭人口 (人): counted members, the applicant included (R-HH-7)."""
        return sum(1 for member in self.members.all() if member.counted)

    @property
    def household_wage_income(self) -> int:
        """工资性收入 (fen/年): twelve times the monthly incomes of the counted."""
        return sum(12 * (member.monthly_income or 0) for member in self.members.all() if member.counted)

    @property
    def household_annual_income(self) -> int:
        """家庭年度总收入 (fen/年): wages + 非薪资收入, or the figure corrected with a reason."""
        if self.household_annual_income_corrected is not None:
            return self.household_annual_income_corrected
        return self.household_wage_income + (self.household_nonwage_income or 0)

    @property
    def annual_necessary_expense(self) -> int:
        """年度必要支出 (fen/年): sum of the three expenses of 附件2."""
        return (self.expense_medical or 0) + (self.expense_education or 0) + (self.expense_other or 0)

    @property
    def per_capita_monthly_income(self) -> int:
        """家庭月人均收入 (fen/人·月): income / members / 12, half up to the fen; 0 without members (R-INC-1).

        Wages are recorded net of tax and insurance (填表说明 4), so nothing is deducted twice (R-INC-10).
        """
        size = self.household_size
        return (2 * self.household_annual_income + 12 * size) // (24 * size) if size else 0

    @property
    def dwelling_count(self) -> int:
        """住宅 (套): 商品房 + 自建房 + 拆迁安置房 over the household (R-EX-1)."""
        return (self.commercial_housing_count or 0) + (self.self_built_count or 0) + (self.relocation_count or 0)

    @property
    def all_causes(self) -> list[str]:
        """Main cause first, then the others."""
        return [cause for cause in [self.main_cause, *self.secondary_causes] if cause]


class DocumentKind(models.TextChoices):
    """What a person without a citizen ID shows."""

    CITIZEN_ID = "id", "居民身份证"
    PASSPORT = "passport", "护照"
    HKMT = "hkmt", "港澳台居民证件"
    BIRTH = "birth", "出生医学证明"
    NONE = "none", "无证件（遗失、未办）"


class Member(Scoped):
    """A person of the household in one witness's record; position 0 is the applicant."""

    circumstances = models.ForeignKey(Circumstances, models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("姓名", max_length=50, blank=True)
    relation_to_applicant = CodeField("gbt4761_relation_2digit", verbose_name="与申请人关系", blank=True)
    relation_to_head_override = CodeField("gbt4761_relation_2digit", verbose_name="与户主关系", blank=True)
    is_head = models.BooleanField("户主", default=False)
    document_kind = models.CharField(
        "证件种类", max_length=10, choices=DocumentKind.choices, default=DocumentKind.CITIZEN_ID
    )
    id_number = EncryptedTextField("公民身份号码", kind="id", max_length=18, blank=True)
    id_bidx = models.BinaryField(max_length=32, null=True, blank=True, editable=False, db_index=True)
    document_number = EncryptedTextField("其他证件号码", kind="id", max_length=40, blank=True)
    document_reason = models.CharField("无公民身份号码的原因", max_length=100, blank=True)
    sex = CodeField("gbt2261_1_sex", verbose_name="性别", blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    ethnicity = CodeField("gbt3304_ethnic", verbose_name="民族", blank=True)
    political_status = CodeField("political_status_system", verbose_name="政治面貌", blank=True)
    marital_status = CodeField("marital_status_form", verbose_name="婚姻情况", blank=True)
    health_status = CodeField("health_status_system", verbose_name="健康状况", blank=True)
    disease = EncryptedTextField("疾病名称", max_length=60, blank=True)
    disability_kind = CodeField("gbt26341_disability_kind", verbose_name="残疾类别", blank=True)
    disability_grade = CodeField("gbt26341_disability_grade", verbose_name="残疾等级", blank=True)
    medical_insurance = CodeField("medical_insurance", verbose_name="医保状况", blank=True)
    model_worker_type = CodeField("model_worker", verbose_name="劳模类型", blank=True)
    hukou_type = CodeField("hukou_type", verbose_name="户口类型", blank=True)
    monthly_income = MoneyField("月收入", unit="元/月", null=True, blank=True)
    member_identity = CodeField("member_identity_application", verbose_name="身份", blank=True)
    member_identity_fine = CodeField("member_identity_system", verbose_name="人员身份", blank=True)
    employer_or_school = models.CharField("单位或学校名称", max_length=100, blank=True)
    mobile = EncryptedTextField("手机号码", kind="phone", max_length=20, blank=True)
    other_contact = EncryptedTextField("其它联系方式", kind="phone", max_length=40, blank=True)
    current_education = CodeField("gbt4658_education", verbose_name="当前学历", blank=True)
    enrolled_year = models.PositiveSmallIntegerField(
        "入学年份", null=True, blank=True, validators=[MinValueValidator(1950), MaxValueValidator(2100)]
    )
    schooling_years = models.PositiveSmallIntegerField(
        "年制", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    work_status = CodeField("work_status_system", verbose_name="工作状态", blank=True)
    employer_nature = CodeField("employer_nature", verbose_name="单位性质", blank=True)
    enterprise_condition = CodeField("enterprise_condition", verbose_name="企业状况", blank=True)
    industry = CodeField("gbt4754_2017_section", verbose_name="所属行业", blank=True)
    contract_or_enlistment_date = models.DateField("劳动合同签订/入伍时间", null=True, blank=True)
    contract_term = CodeField("contract_term_band", verbose_name="合同期限", blank=True)
    note = EncryptedTextField("备注", max_length=200, blank=True)

    # Who is counted (填表说明 2): asked at the application, confirmed at the visit.
    supporter_only = models.BooleanField("仅为法定赡养、抚养、扶养义务人（不共同生活）", default=False)
    same_register = models.BooleanField("在同一户口簿", null=True, blank=True)
    lives_together = models.BooleanField("共同生活", null=True, blank=True)
    legal_duty = models.BooleanField("具有法定赡养、扶养、抚养关系", null=True, blank=True)
    confirmed_by_visit = models.BooleanField("入户确认", null=True, blank=True)
    supported_student = models.BooleanField("户籍迁出、由家庭供养的在校学生", default=False)
    excluded_kind = CodeField("household_member_excluded", verbose_name="不计入的情形", blank=True)
    excluded_since = models.DateField("不计入情形起始日期", null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["circumstances", "position"], name="member_position", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.id_bidx = blind_index(self.id_number) if self.id_number else None
        super().save(*args, **kwargs)

    @property
    def counted(self) -> bool:
        """Whether the person counts towards 家庭人口 (填表说明 2; R-HH-1 … R-HH-6)."""
        if self.supporter_only or self.excluded_kind in ("X1", "X4"):
            return False
        if (
            self.excluded_kind in ("X2", "X3")
            and self.excluded_since
            and _full_year(self.excluded_since, self._counted_on)
        ):
            return False
        return self.supported_student or self.lives_together is not False

    @property
    def _counted_on(self) -> date:
        """The day on which membership is judged: that of the freezing, so that a frozen record never changes its figures."""
        frozen = self.circumstances.frozen_at if self.circumstances_id else None
        return clock.local(frozen).date() if frozen else clock.today()

    @property
    def age(self) -> int | None:
        """周岁 today; derived, never stored."""
        if self.birth_date is None:
            return None
        today = clock.today()
        return (
            today.year
            - self.birth_date.year
            - ((today.month, today.day) < (self.birth_date.month, self.birth_date.day))
        )

    @property
    def is_child(self) -> bool:
        """Under 14: the whole record is sensitive (个人信息保护法 28)."""
        return self.age is not None and self.age < 14

    @property
    def disease_or_disability(self) -> str:
        """附件6 疾病/残疾类别: the disease, or kind and grade of the disability."""
        if self.disability_kind:
            return f"{self.get_disability_kind_display()}{self.get_disability_grade_display()}"
        return self.disease


def _full_year(since: date, on: date) -> bool:
    """Whether the same month and day of the next year is reached (29 February: 1 March)."""
    try:
        anniversary = since.replace(year=since.year + 1)
    except ValueError:
        anniversary = date(since.year + 1, 3, 1)
    return on >= anniversary


class PersonClaim(Scoped):
    """Who holds this person: the only nation-wide uniqueness. One row per counted person of an open case or live file."""

    id_bidx = models.BinaryField(max_length=32, primary_key=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="claims")
    case_id = models.BigIntegerField()
    claimed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "person_claim"
        indexes = [models.Index(fields=["case_id"], name="claim_case")]

    def __str__(self):
        return f"claim of {self.case_id}"


FROZEN = """
    IF TG_OP = 'DELETE' THEN
        IF OLD.frozen_at IS NOT NULL THEN RAISE EXCEPTION 'frozen circumstances cannot be deleted' USING ERRCODE = '23514'; END IF;
        RETURN OLD;
    END IF;
    IF OLD.frozen_at IS NOT NULL THEN RAISE EXCEPTION 'frozen circumstances cannot change' USING ERRCODE = '23514'; END IF;
    RETURN NEW;
"""
FROZEN_PARENT = """
    IF TG_OP <> 'INSERT' THEN
        PERFORM 1 FROM households_circumstances WHERE id = OLD.circumstances_id AND frozen_at IS NOT NULL;
        IF FOUND THEN RAISE EXCEPTION 'members of frozen circumstances cannot change' USING ERRCODE = '23514'; END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM 1 FROM households_circumstances WHERE id = NEW.circumstances_id AND frozen_at IS NOT NULL;
        IF FOUND THEN RAISE EXCEPTION 'members of frozen circumstances cannot change' USING ERRCODE = '23514'; END IF;
        RETURN NEW;
    END IF;
    RETURN OLD;
"""
guards.guard(guards.Trigger("households_frozen", "households_circumstances", "BEFORE UPDATE OR DELETE", FROZEN))
guards.guard(
    guards.Trigger("households_frozen_member", "households_member", "BEFORE INSERT OR UPDATE OR DELETE", FROZEN_PARENT)
)

# Who holds these persons: union names only, never the household (traps of DOMAIN 7).
guards.door(
    guards.Door(
        name="door_claim_holders",
        arguments="bytea[], bigint",
        returns="TABLE (id_bidx bytea, org_id bigint, org_name varchar, case_id bigint)",
        body="""
            SELECT c.id_bidx, c.org_id, o.name, c.case_id FROM person_claim c
            JOIN organisations_organisation o ON o.id = c.org_id
            WHERE c.id_bidx = ANY ($1) AND c.household_id IS DISTINCT FROM $2
        """,
        why="One person is in at most one open file in the whole database (R-FILE-1); the other union's name is told, nothing else.",
    )
)
