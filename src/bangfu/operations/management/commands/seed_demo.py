"""Make the demo county."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bangfu.casework.cases.models import Case
from bangfu.foundations.privacy.scope import scoped
from bangfu.operations.demo import county
from bangfu.operations.demo.seed import seed


class Command(BaseCommand):
    """./run manage seed_demo: a county with 300 households in every state, all 示例; refused where there are cases."""

    help = "装载示例数据（只能装入没有案件的数据库）"

    def handle(self, *args, **options):
        with scoped(nation=True):
            if Case.objects.exists():
                raise CommandError("数据库中已有案件，没有装载示例数据。")
            logins = seed()
        lines = [f"示例账号（密码均为 {county.PASSWORD}）："] + [f"  {login:<12} {what}" for login, what in logins]
        (settings.HOME / "demo-logins.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.stdout.write(f"已装载 {sum(1 for _ in logins)} 个示例账号和 300 户示例家庭。")
