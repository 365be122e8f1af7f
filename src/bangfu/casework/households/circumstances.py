"""Copying circumstances from one witness to the next, and freezing them with their canonical bytes."""

import hashlib
import json
from datetime import date
from decimal import Decimal

from django.db import models

from bangfu.casework.households.models import Circumstances, Member, Witness
from bangfu.foundations.codes import clock
from bangfu.foundations.privacy.crypto import blind_index

SCHEMA = 1
NOT_COPIED = {"id", "circumstances", "witness", "written_at", "frozen_at", "canonical", "digest", "schema"}


def copy_as(source: Circumstances, witness: Witness) -> Circumstances:
    """A new, open record with the same answers by another witness, members included."""
    values = {field.attname: getattr(source, field.attname) for field in _facts(Circumstances)}
    target = Circumstances.objects.create(witness=witness, schema=SCHEMA, **values)
    for member in source.members.all():
        facts = {field.attname: getattr(member, field.attname) for field in _facts(Member)}
        Member.objects.create(circumstances=target, **facts)
    return target


def freeze(circumstances: Circumstances) -> str:
    """Make the record unchangeable: keep its canonical JSON bytes and their SHA-256. Returns the digest."""
    circumstances.save()
    # As the database gives it back: what was set by hand may be an int where it gives a Decimal.
    circumstances.refresh_from_db()
    seal(circumstances, list(circumstances.members.order_by("position")))
    circumstances.save()
    return circumstances.digest


def seal(circumstances: Circumstances, members: list[Member]) -> None:
    """Set canonical bytes, digest and time on a record that was read from the database; saves nothing."""
    circumstances.canonical = canonical_bytes(circumstances, members)
    circumstances.digest = hashlib.sha256(circumstances.canonical).hexdigest()
    circumstances.frozen_at = clock.now()


def canonical_bytes(circumstances: Circumstances, members: list[Member]) -> bytes:
    """Codes, fen and ISO dates, keys sorted, schema number first: the bytes that digests and paper refer to.

    Encrypted values enter as keyed digests, so that the bytes hold no readable sensitive value.
    """
    record = {name: _plain(circumstances, name) for name in fact_names(Circumstances)}
    record["members"] = [{name: _plain(member, name) for name in fact_names(Member)} for member in members]
    record["schema"] = circumstances.schema
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fact_names(model: type[models.Model]) -> list[str]:
    """The answers of a record: all its fields but keys, scope and bookkeeping."""
    skipped = NOT_COPIED | {"household", "org", "township_id", "county_id", "city_id", "province_id", "id_bidx"}
    return [field.name for field in model._meta.concrete_fields if field.name not in skipped]


def differences(declared: Circumstances, verified: Circumstances) -> list[tuple[str, str, object, object]]:
    """(path, label, declared, verified) for every answer that differs; members are compared by position."""
    found = _differing(declared, verified, "", "")
    theirs = {member.position: member for member in verified.members.all()}
    ours = {member.position: member for member in declared.members.all()}
    for position in sorted(theirs.keys() | ours.keys()):
        one, other = ours.get(position), theirs.get(position)
        who = (one or other).name or f"第 {position} 位"  # type: ignore[union-attr]
        if one is None or other is None:
            found.append((f"members.{position}", f"{who}：家庭成员", _presence(one), _presence(other)))
        else:
            found += _differing(one, other, f"members.{position}.", f"{who}：")
    return found


def shown(thing: models.Model, name: str) -> object:
    """An answer in words: the label of a code, 有/没有 … for the tables of pages."""
    display = getattr(thing, f"get_{name}_display", None)
    value = display() if display else getattr(thing, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else value


def _differing(one, other, prefix: str, who: str) -> list[tuple[str, str, object, object]]:
    labels = {field.name: str(field.verbose_name) for field in one._meta.concrete_fields}
    return [
        (prefix + name, who + labels[name], shown(one, name), shown(other, name))
        for name in fact_names(type(one))
        # 入户确认 is the visit's own question: nobody declares it.
        if name not in ("position", "confirmed_by_visit") and _same(getattr(one, name)) != _same(getattr(other, name))
    ]


def _same(value):
    return None if value in ("", [], {}, None) else value


def _presence(member: Member | None) -> str:
    return "有" if member else "没有"


def _facts(model: type[models.Model]):
    keep = {"household", "org", "township_id", "county_id", "city_id", "province_id", "id_bidx"}
    return [f for f in model._meta.concrete_fields if f.name in keep | set(fact_names(model))]


def _plain(thing: models.Model, name: str):
    field = thing._meta.get_field(name)
    value = getattr(thing, name)
    if isinstance(field, models.BinaryField) and value:
        return blind_index(value, purpose="canonical").hex()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value
