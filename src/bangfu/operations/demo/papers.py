"""Papers of the demo: one drawn signature, marked 示例, that every plan carries."""

import io

from PIL import Image, ImageDraw

from bangfu.foundations.documents.actions import keep_bytes
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.scope import Acting
from bangfu.operations.demo.people import People
from bangfu.operations.demo.story import Story

STROKE = [(20, 60), (45, 20), (60, 75), (85, 30), (100, 70), (130, 25), (150, 65), (190, 45)]


def signatures(stories: list[Story], people: People) -> dict[int, Attachment]:
    """A signature for each case, all of one picture (one file): case id → attachment."""
    if not stories:
        return {}
    picture = io.BytesIO()
    canvas = Image.new("RGB", (210, 90), "white")
    ImageDraw.Draw(canvas).line(STROKE, fill="black", width=3, joint="curve")
    canvas.save(picture, "PNG")
    officer = people.of(stories[0].org, "officer")
    first = keep_bytes(
        picture.getvalue(),
        by=Acting(officer.user, officer),
        case=stories[0].case,
        kind="99",
        place="plans.plan",
        name="示例签字.png",
    )
    rest = [
        Attachment(
            **story.scope, case_id=story.case.pk, kind="99", place="plans.plan", name="示例签字.png", digest=first.digest,
            size=first.size, mime=first.mime, uploaded_by=people.of(story.org, "officer").user,
        )
        for story in stories[1:]
    ]  # fmt: skip
    Attachment.objects.bulk_create(rest, batch_size=500)
    return {one.case_id: one for one in [first, *rest]}
