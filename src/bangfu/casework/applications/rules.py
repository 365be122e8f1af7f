"""What an application still lacks, what deserves a second look, which papers its causes call for.

Places: reasons about 附件2's answers carry the path of the answer, all others `@step#anchor` of the form's pages.
"""

from dataclasses import dataclass

from bangfu.casework.applications.models import Application, Authorisation, WageCertificate, is_open_to_applicant
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.rules import reasons_under_way
from bangfu.casework.cases.states import FINAL
from bangfu.casework.households import rules as households
from bangfu.casework.households.models import Circumstances, Member
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.documents.models import Attachment

ADULT = 18
FULL_YEAR = 12
INCOME_PROOF = "05"
HARD_PAPERS = ("03", "04")
ALWAYS = ("01", "02", "03", "04", "05", "07")
STATEMENTS = (
    ("declares_no_exclusion", "本人声明1", "R-EX-6"),
    ("declares_cooperation", "本人声明2", ""),
    ("declares_plan_cooperation", "本人声明3", ""),
)


@dataclass(frozen=True)
class Paper:
    """A paper of the checklist: its kind, why it is asked, whether submission waits for it."""

    code: str
    why: str
    required: bool = False

    @property
    def label(self) -> str:
        return lists.label("material_kind", self.code)


def reasons_not_to_edit(case: Case) -> list[Reason]:
    """The application is changed only while it is a draft or returned to the applicant."""
    if is_open_to_applicant(case):
        return []
    return [Reason(f"这一户现在是“{case.look.label}”，申报表已经提交，不能再改。需要更正时请先退回职工补正。")]


def reasons_not_to_remove_member(member: Member) -> list[Reason]:
    """The applicant is the file (R-FILE-2)."""
    return [Reason("申请人不能移除；换人申请请另建一份。", rule="R-FILE-2")] if member.position == 0 else []


def reasons_not_to_start_again(case: Case) -> list[Reason]:
    """A new application from an old one: only when the old one is over and the household has no other under way."""
    if case.state not in FINAL:
        return [Reason(f"这一户现在是“{case.look.label}”，还没有办结，不能重新申请。")]
    return reasons_under_way(case)


def reasons_not_to_submit(case: Case) -> list[Reason]:
    """Everything missing at once: 附件2, 附件1 of every person, 附件3 per earner, statements, items asked for."""
    application, circumstances = case.application, case.declared
    assert circumstances is not None
    found = [] if is_open_to_applicant(case) else reasons_not_to_edit(case)
    if application.typed:
        found.append(Reason("有填了但还不对的内容，请先改好（标红处）。", field="@check#typed"))
    found += households.reasons_application_incomplete(circumstances)
    found += reasons_authorisation_incomplete(application, circumstances)
    found += reasons_wages_incomplete(application, circumstances)
    return found + _statements(application) + _items(application)


def reasons_authorisation_incomplete(application: Application, circumstances: Circumstances) -> list[Reason]:
    """附件1: a complete line for each member and supporter; a guardian for those who cannot sign (R-F1-1)."""
    lines = {line.member_id: line for line in application.authorisations.all()}
    found = []
    for member in circumstances.members.all():
        line = lines.get(member.id)
        who, place = member.name or "未填姓名者", f"@authorisation#line-{member.id}"
        if line is None or not line.complete:
            words = "声明、同意、签名、指模和日期都要有"
            found.append(Reason(f"{who}的授权还不完整：{words}。", place, "R-F1-1", "附件1"))
        elif needs_guardian(member) and not line.signed_by_guardian:
            text = f"{who}未满 18 周岁，应由监护人代签，并由本人按指模。"
            found.append(Reason(text, place, "R-F1-1", "附件1 备注"))
        elif line.signed_on and line.signed_on > (application.applied_on or clock.today()):
            found.append(Reason(f"{who}的授权签署日期不能晚于申请日期。", place, "R-F1-1", "附件1"))
    return found


def needs_guardian(member: Member) -> bool:
    """Under 18 a guardian signs (限制民事行为能力, 附件1 备注)."""
    return member.age is not None and member.age < ADULT


def earners(circumstances: Circumstances) -> list[Member]:
    """Who needs 附件3: everybody in work who does not earn nothing."""
    return [
        member
        for member in circumstances.members.all()
        if not member.supporter_only
        and member.monthly_income != 0
        and (circumstances.job_identity if member.position == 0 else member.member_identity) == "employed"
    ]


def reasons_wages_incomplete(application: Application, circumstances: Circumstances) -> list[Reason]:
    """附件3 for every earner; pay slips or bank slips that were scanned do as well (R-INC-9)."""
    by_member: dict[int, WageCertificate] = {c.member_id: c for c in application.wage_certificates.all()}
    found = []
    for member in earners(circumstances):
        certificate = by_member.get(member.id)
        place = f"@wages#wage-{member.id}"
        if certificate is None and not has_income_slips(application.case):
            text = f"{member.name}在职，需要工资收入证明（附件3），或上传工资条、银行流水。"
            found.append(Reason(text, place, "R-INC-9", "附件2 填表说明4"))
        elif certificate is not None and not certificate.complete:
            found.append(Reason(f"{member.name}的工资收入证明还没有填完。", place, "R-INC-9", "附件3"))
    return found


def has_income_slips(case: Case) -> bool:
    """Whether pay slips or bank slips were scanned; a list reads this with its rows (queries.to_fill)."""
    if not hasattr(case, "slips"):
        kept = Attachment.objects.filter(case_id=case.id, kind=INCOME_PROOF, removed_at__isnull=True)
        case.slips = kept.exists()  # type: ignore[attr-defined]
    return case.slips  # type: ignore[attr-defined]


def earners_without_certificate(case: Case) -> list[Member]:
    """Earners for whom 附件3 has not been begun."""
    assert case.declared is not None
    begun = {certificate.member_id for certificate in case.application.wage_certificates.all()}
    return [member for member in earners(case.declared) if member.id not in begun]


def completeness(case: Case) -> int:
    """Per cent of everything that submission waits for (0–100)."""
    application, circumstances = case.application, case.declared
    assert circumstances is not None
    filled, total = households.tally(circumstances)
    persons, working = len(circumstances.members.all()), len(earners(circumstances))
    lacking = len(reasons_authorisation_incomplete(application, circumstances))
    unproved = len(reasons_wages_incomplete(application, circumstances))
    unsaid = len(_statements(application))
    total += persons + working + len(STATEMENTS) + 1
    filled += (persons - lacking) + (working - unproved) + (len(STATEMENTS) + 1 - unsaid)
    return 100 * filled // total


def warnings(case: Case) -> list[Reason]:
    """What stops nobody: doubts about answers, certificates that look odd, papers that are advised."""
    circumstances = case.declared
    assert circumstances is not None
    found = households.warnings(circumstances)
    for certificate in case.application.wage_certificates.all():
        found += certificate_warnings(certificate)
    have = papers_at_hand(case)
    for paper in checklist(circumstances):
        if paper.code not in have and not paper.required and paper.code != INCOME_PROOF:
            found.append(Reason(f"建议补交“{paper.label}”：{paper.why}", f"@papers#paper-{paper.code}", "R-MAT-1"))
    if not circumstances.needs and not circumstances.need_text:
        found.append(Reason("还没有填写帮扶需求。", "@needs#part-needs"))
    return found


def certificate_warnings(certificate: WageCertificate) -> list[Reason]:
    """附件3: fewer than 12 months, an annual income far from twelve months, an old paper, another figure than 附件2's."""
    who, place = certificate.member.name, f"@wages#wage-{certificate.member_id}"
    net, annual = certificate.avg_net_monthly, certificate.annual_income
    found = []
    if certificate.months_covered < FULL_YEAR:
        text = f"{who}的收入证明只有 {certificate.months_covered} 个月，填表说明要求上一年度（12 个月）。"
        found.append(Reason(text, place, "R-INC-8"))
    if net is not None and annual is not None and 5 * abs(annual - 12 * net) > 12 * net:
        found.append(Reason(f"{who}的年收入与月均实发工资的 12 倍相差超过 20%，请再核对一遍。", place))
    if net is not None and certificate.member.monthly_income not in (None, net):
        found.append(Reason(f"{who}的月收入与收入证明的月均实发工资不一致，请再核对一遍。", place, "R-INC-8"))
    if certificate.issued_on and (clock.today() - certificate.issued_on).days > 183:
        found.append(Reason(f"{who}的收入证明是半年以前开的。", place))
    return found


def papers_at_hand(case: Case) -> set[str]:
    """Kinds that are ticked (paper copy handed in) or uploaded, and the forms that are filled here."""
    assert case.declared is not None
    scans = Attachment.objects.filter(case_id=case.id, removed_at__isnull=True).values_list("kind", flat=True)
    return {"01", "02", *case.declared.materials, *scans}


def checklist(c: Circumstances) -> list[Paper]:
    """The papers this household is asked for: always some, others by cause, identity and residence (R-MAT-1)."""
    health = {"01", "02"} & set(c.all_causes)
    disabled = {"03", "04"} & set(c.all_causes) or any(m.disability_kind for m in c.members.all())
    asked = {
        "08": ("现居住地与户籍地址不同", c.residence_address != c.hukou_address),
        "09": ("困难农民工", c.worker_kind == households.MIGRANT_WORKER),
        "11": ("致困原因有大病", bool(health)),
        "12": ("致困原因有大病", bool(health)),
        "13": ("致困原因有残疾，或有残疾成员", bool(disabled)),
        "14": ("致困原因有自然灾害或意外事故", bool({"07", "08"} & set(c.all_causes))),
        "15": ("致困原因有子女上学，或有在读成员", "09" in c.all_causes or _has_student(c)),
    }
    papers = [Paper(code, "每户都要", code in HARD_PAPERS) for code in ALWAYS]
    return papers + [Paper(code, why) for code, (why, needed) in asked.items() if needed]


def _has_student(c: Circumstances) -> bool:
    return any(member.member_identity == "student" for member in c.members.all())


def _statements(application: Application) -> list[Reason]:
    found = [
        Reason(f"请确认{words}。", field=f"@check#id_s-{name}", rule=rule, clause="附件2 本人声明")
        for name, words, rule in STATEMENTS
        if not getattr(application, name)
    ]
    if not application.signed_on_paper and not application.applicant_signature_id:
        found.append(Reason("申请人还没有在申报表上签名。", field="@check#id_s-signed_on_paper", clause="附件2 申请人"))
    return found


def _items(application: Application) -> list[Reason]:
    return [
        Reason(f"请说明怎样补正：{item.text}", field="@check#items")
        for item in application.requested_items.all()
        if item.answered_at is None and not item.answer.strip()
    ]


def next_line(application: Application) -> int:
    """The number of the next line of 附件1."""
    return max((line.line_no for line in Authorisation.objects.filter(application=application)), default=0) + 1
