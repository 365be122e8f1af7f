"""Write docs/reference anew."""

from django.conf import settings
from django.core.management.base import BaseCommand

from bangfu.operations import reference


class Command(BaseCommand):
    """./run manage docs: data dictionary, flow, permissions and guards from the code."""

    help = "由代码重新生成 docs/reference"

    def handle(self, *args, **options):
        folder = settings.ROOT / "docs" / "reference"
        folder.mkdir(parents=True, exist_ok=True)
        for name in reference.PAGES:
            (folder / name).write_text(reference.written(name), encoding="utf-8")
            self.stdout.write(f"docs/reference/{name}")
