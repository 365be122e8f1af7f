"""Reading and checking the trail."""

import hashlib
from collections.abc import Iterator
from datetime import UTC

from django.db import connections
from django.db.models import TextField
from django.db.models.functions import Cast

from bangfu.foundations.audit.models import Entry

SEPARATOR, NULL = "\x1f", "\x1e"
FIRST = b"\x00"


def of_case(case_id: int):
    """Entries of a case, newest first."""
    return Entry.objects.filter(case_id=case_id)


def expected_hash(entry: Entry, detail_text: str) -> bytes:
    """The hash that the chain trigger gave this entry, computed again from its columns (the twin of audit_chain)."""
    fields = [
        entry.county_id,
        entry.seq,
        entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        entry.org_id,
        entry.township_id,
        entry.city_id,
        entry.province_id,
        entry.user_id,
        entry.user_name,
        entry.post_id,
        entry.post_label,
        entry.by_org_name,
        entry.acting_for_id,
        entry.verb,
        entry.thing_type,
        entry.thing_id,
        entry.case_id,
        entry.reason,
        detail_text,
    ]
    text = SEPARATOR.join(NULL if value is None else str(value) for value in fields)
    return hashlib.sha256(bytes(entry.previous_hash) + text.encode()).digest()


def entries_in_order(using: str):
    """All entries, chain by chain, each with its detail as the database writes it."""
    rows = Entry.objects.using(using).annotate(detail_text=Cast("detail", TextField())).order_by("county_id", "seq")
    return rows.iterator(chunk_size=2000)


def breaks_of(entry: Entry, last: dict[int, tuple[int, bytes]]) -> Iterator[tuple[int, int, str]]:
    """What is wrong with an entry after the `last` (seq, hash) of its county, which is moved on."""
    seq, digest = last.get(entry.county_id, (0, FIRST))
    if entry.seq != seq + 1:
        yield entry.county_id, entry.seq, f"第 {seq + 1} 条缺失"
    detail: str = entry.detail_text  # type: ignore[attr-defined]
    if bytes(entry.previous_hash) != digest or bytes(entry.hash) != expected_hash(entry, detail):
        yield entry.county_id, entry.seq, "内容与校验值不符"
    last[entry.county_id] = (entry.seq, bytes(entry.hash))


def breaks(using: str = "owner") -> Iterator[tuple[int, int, str]]:
    """Walk every chain and yield (county, seq, what is wrong). Nothing yielded = all chains are whole."""
    last: dict[int, tuple[int, bytes]] = {}
    for entry in entries_in_order(using):
        yield from breaks_of(entry, last)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT county_id, seq, hash FROM audit_head")
        for county_id, seq, digest in cursor.fetchall():
            if last.get(county_id, (0, FIRST)) != (seq, bytes(digest)):
                yield county_id, seq, "末尾的记录缺失"
