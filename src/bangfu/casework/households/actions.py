"""Claims: one person is in at most one open file in the whole database (R-FILE-1)."""

from django.db import IntegrityError, connection, transaction

from bangfu.casework.households.models import Circumstances, PersonClaim
from bangfu.foundations.codes.reasons import Reason, Refused


def claim(circumstances: Circumstances, *, case_id: int) -> None:
    """Claim the applicant and the counted members for a case, replacing the case's earlier claims.

    Raises Refused, naming the other union only, when someone else holds one of them; the primary key decides races.
    """
    release(case_id)
    rows = [
        PersonClaim(id_bidx=bidx, household_id=circumstances.household_id, case_id=case_id, **circumstances.scope())
        for bidx in sorted(_bidx_of_counted(circumstances))
    ]
    try:
        with transaction.atomic():
            PersonClaim.objects.bulk_create(rows)
    except IntegrityError:
        raise Refused(
            collisions(circumstances) or [Reason("有家庭成员刚刚被其他申请登记，请刷新后再试。", rule="R-FILE-1")]
        ) from None


def release(case_id: int) -> None:
    """Let go of every person the case holds (rejected, withdrawn, exit)."""
    PersonClaim.objects.filter(case_id=case_id).delete()


def collisions(circumstances: Circumstances) -> list[Reason]:
    """Who else holds a person of this record: one sentence each, with the union's name and nothing of the household."""
    counted = _bidx_of_counted(circumstances)
    return [
        Reason(
            f"{counted[bytes(bidx)].name or '该成员'}已在“{org_name}”的未结档案中，一人只能在一个家庭档案中（一户一档）。请与该工会联系。",
            field=f"members.{counted[bytes(bidx)].position}.id_number",
            rule="R-FILE-1",
            clause="44号 二：做到一户一档",
        )
        for bidx, _, org_name, _ in holders(list(counted), household_id=circumstances.household_id)
    ]


def holders(bidx: list[bytes], *, household_id: int | None) -> list[tuple[bytes, int, str, int]]:
    """(blind index, union id, union name, case id) of other households' claims on these persons, across all unions."""
    if not bidx:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM door_claim_holders(%s, %s)", [bidx, household_id])
        return cursor.fetchall()


def _bidx_of_counted(circumstances: Circumstances) -> dict:
    return {bytes(m.id_bidx): m for m in circumstances.members.all() if m.id_bidx and (m.position == 0 or m.counted)}
