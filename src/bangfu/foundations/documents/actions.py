"""Keeping, reading and removing attachments: temp file → fsync → rename → row, so that a killed server leaves no half file."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from bangfu.foundations.audit import actions as audit
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Attachment, Print
from bangfu.foundations.documents.rules import reasons_not_to_keep, sniff
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.privacy import crypto
from bangfu.foundations.privacy.scope import scoped

PURPOSE = "attachment"


def keep(upload, *, by: Acting, case, kind: str, place: str = "", name: str = "", note: str = "") -> Attachment:
    """Check, encrypt and store an uploaded file and write its row. Raises Refused with what is wrong with the file."""
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        raise Refused(f"文件“{upload.name}”超过 {settings.ATTACHMENT_MAX_BYTES // 1024 // 1024} MB，请压缩或分开上传。")
    return keep_bytes(upload.read(), by=by, case=case, kind=kind, place=place, name=name or upload.name, note=note)


def keep_bytes(data: bytes, *, by: Acting, case, kind: str, place: str = "", name: str, note: str = "") -> Attachment:
    """The same for bytes that are already here (a drawn signature)."""
    reasons = reasons_not_to_keep(data, name)
    if reasons:
        raise Refused(reasons)
    digest = hmac.new(settings.KEYS.index, data, hashlib.sha256).hexdigest()
    _write(_path(digest), crypto.encrypt(data, PURPOSE))
    attachment = Attachment.objects.create(
        **case.scope(),
        case_id=case.id,
        kind=kind,
        place=place,
        name=name[-120:],
        note=note,
        digest=digest,
        size=len(data),
        mime=sniff(data),
        uploaded_by=by.user,
    )
    audit.record(by, "documents.upload", attachment, kind=kind, size=len(data))
    return attachment


def read(attachment: Attachment) -> bytes:
    """The plain bytes of an attachment. Raises FileNotFoundError when the folder was not restored with the database."""
    return crypto.decrypt(_path(attachment.digest).read_bytes(), PURPOSE)


def open_for(attachment: Attachment, *, by: Acting) -> None:
    """Log that a paper is opened. Above the filing union a reason must have been given for the case today.

    Raises Refused with what to do first.
    """
    if by.org.id != attachment.org_id and not _has_given_reason(attachment.case_id, by):
        raise Refused("材料属于被遮盖的内容。请先在这一户的“总览”页面填写查看的理由，再打开材料。")
    audit.record(by, "documents.open", attachment, kind=attachment.kind)


def _has_given_reason(case_id: int, by: Acting) -> bool:
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    reveals = Entry.objects.filter(case_id=case_id, verb="cases.reveal", user_id=by.user.id, at__gte=midnight)
    return reveals.exists()


def remove(attachment: Attachment, *, by: Acting, reason: str = "") -> None:
    """Take an attachment out of the file; its row and bytes stay until the retention schedule ends them."""
    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])
    audit.record(by, "documents.remove", attachment, reason=reason, kind=attachment.kind)


def record_print(case, form: str, *, by: Acting, version: int = 1, copies: int = 1, copy_names: str = "") -> Print:
    """Note that a form of a case was printed: which version, how many copies."""
    printed = Print.objects.create(
        **case.scope(),
        case_id=case.id,
        form=form,
        version=version,
        copies=copies,
        copy_names=copy_names,
        printed_by=by.user,
    )
    audit.record(by, "documents.print", printed, form=form, version=version, copies=copies)
    return printed


def outdate_prints(case_id: int, forms: tuple[str, ...]) -> int:
    """Mark the current prints of these forms as out of date (R-DATA-2). Returns how many."""
    current = Print.objects.filter(case_id=case_id, form__in=forms, outdated_at__isnull=True)
    return current.update(outdated_at=clock.now())


def sweep_orphans() -> int:
    """Delete files older than a day that no attachment names (a server died between file and row). Returns how many."""
    swept, old = 0, clock.now().timestamp() - 86400
    for path in settings.ATTACHMENTS.glob("*/*"):
        if path.stat().st_mtime > old:
            continue
        with scoped(nation=True):
            named = Attachment.objects.filter(digest=path.name).exists()
        if not named:
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def _path(digest: str) -> Path:
    return settings.ATTACHMENTS / digest[:2] / digest


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
