"""Attachments: what is taken, what is refused, what stands on the disk."""

import io
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bangfu.casework.cases import actions as case_actions
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents import actions
from bangfu.foundations.documents.access import visible_to
from bangfu.foundations.documents.models import Attachment
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


def picture(size=(40, 30), kind="JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def upload(data: bytes, name="户口页.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def by(world):
    return world.by("officer")


def test_a_photo_comes_back_as_it_was_and_stands_encrypted_on_the_disk(by, settings):
    case = make_case(by)
    data = picture()
    kept = actions.keep(upload(data), by=by, case=case, kind="04")
    assert actions.read(kept) == data
    assert (kept.mime, kept.size, kept.name) == ("image/jpeg", len(data), "户口页.jpg")
    files = [path for path in settings.ATTACHMENTS.rglob("*") if path.is_file()]
    assert files
    assert all(data[:20] not in path.read_bytes() for path in files)
    assert not [path for path in files if path.name.startswith(".")]


def test_the_same_file_twice_takes_one_place(by, settings):
    case = make_case(by)
    data = picture((41, 31))
    first, second = (actions.keep(upload(data), by=by, case=case, kind="04") for _ in range(2))
    assert first.digest == second.digest
    assert len([p for p in settings.ATTACHMENTS.rglob(first.digest)]) == 1


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "空.jpg", "是空的"),
        (b"MZ\x90\x00" + b"\0" * 100, "照片.jpg", "不是照片"),
        (b"<html><script>alert(1)</script>", "页.png", "不是照片"),
        (b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>", "证明.pdf", "脚本"),
        (picture()[:200], "半张.jpg", "损坏"),
    ],
)
def test_what_is_no_document_is_refused_with_a_plain_sentence(by, data, name, sentence):
    case = make_case(by)
    with pytest.raises(Refused, match=sentence):
        actions.keep(upload(data, name), by=by, case=case, kind="04")
    assert not Attachment.objects.exists()


def test_a_picture_that_unpacks_to_hundreds_of_megapixels_is_refused(by):
    case = make_case(by)
    with pytest.raises(Refused, match="尺寸过大"):
        actions.keep(upload(picture((20000, 10000), "PNG"), "大图.png"), by=by, case=case, kind="04")


def test_a_file_over_the_limit_is_refused(by, settings):
    settings.ATTACHMENT_MAX_BYTES = 1000
    with pytest.raises(Refused, match="超过"):
        actions.keep(upload(picture((400, 300)) + b"\0" * 2000), by=by, case=make_case(by), kind="04")


def test_only_the_unions_of_the_case_see_it(world, by, sign_in):
    case = make_case(by)
    kept = actions.keep(upload(picture()), by=by, case=case, kind="04")
    assert sign_in(by).get(f"/documents/{kept.id}/").content == picture()
    reviewer = world.by("reviewer", world.county)
    assert sign_in(reviewer).get(f"/documents/{kept.id}/").status_code == 409
    case_actions.reveal(case, by=reviewer, reason="核对户口页")
    assert sign_in(reviewer).get(f"/documents/{kept.id}/").content == picture()
    assert Entry.objects.filter(verb="documents.open", thing_id=kept.id).count() == 2
    assert sign_in(world.by("reviewer", world.other_county)).get(f"/documents/{kept.id}/").status_code == 404
    assert sign_in(world.by("admin", world.county)).get(f"/documents/{kept.id}/").status_code == 404


def test_a_shown_attachment_is_not_cached_and_not_sniffed(by, sign_in):
    kept = actions.keep(upload(picture()), by=by, case=make_case(by), kind="04")
    answer = sign_in(by).get(f"/documents/{kept.id}/")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_removed_attachment_is_no_longer_shown_but_kept(by):
    kept = actions.keep(upload(picture()), by=by, case=make_case(by), kind="04")
    actions.remove(kept, by=by, reason="传错了")
    assert not visible_to(by).exists()
    assert actions.read(kept) == picture()


def test_prints_are_recorded_and_go_out_of_date(by):
    case = make_case(by)
    printed = actions.record_print(case, "F2", by=by, version=1)
    assert actions.outdate_prints(case.id, ("F2", "F6")) == 1
    printed.refresh_from_db()
    assert printed.outdated_at is not None
    assert actions.outdate_prints(case.id, ("F2",)) == 0


def test_files_without_a_row_are_swept_after_a_day_and_no_others(by, settings):
    kept = actions.keep(upload(picture((50, 50))), by=by, case=make_case(by), kind="04")
    orphan, fresh = settings.ATTACHMENTS / "ab" / ("ab" + "0" * 62), settings.ATTACHMENTS / "ab" / ("ab" + "1" * 62)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"x")
    fresh.write_bytes(b"x")
    two_days_ago = clock.now().timestamp() - 2 * 86400
    for path in (orphan, settings.ATTACHMENTS / kept.digest[:2] / kept.digest):
        os.utime(path, (two_days_ago, two_days_ago))
    assert actions.sweep_orphans() == 1
    assert not orphan.exists()
    assert fresh.exists()
    assert actions.read(kept) == picture((50, 50))
