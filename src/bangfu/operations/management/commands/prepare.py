"""Everything a start needs, in one process: migrate, guards, key mark, base data, demo, static files."""

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from bangfu.foundations.codes.calendar import seed_holidays
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.tree import load_hebei
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.crypto import key_mark
from bangfu.foundations.privacy.models import KeyMark
from bangfu.foundations.privacy.scope import scoped


class Command(BaseCommand):
    """./run manage prepare [--demo]: bring the database up to date as its owner; load the demo into an empty one."""

    help = "升级数据库、装载基础数据（--demo：空库时装载示例数据）"

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true")

    def handle(self, *args, **options):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        call_command("createcachetable", database="owner", verbosity=0)
        guards.install("owner")
        connections["owner"].close()
        check_key()
        with scoped(nation=True):
            empty = not Organisation.objects.exists()
            load_hebei()
            seed_holidays()
        if options["demo"] and empty:
            self.stdout.write("正在装载示例数据……")
            call_command("seed_demo")
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", verbosity=0, interactive=False)


def check_key() -> None:
    """Remember the digest of the data key at the first start; stop plainly when the database was written with another."""
    mark, made = KeyMark.objects.get_or_create(id=1, defaults={"mark": key_mark()})
    if not made and mark.mark != key_mark():
        raise CommandError("这个数据库是用另一把密钥加密的。请把原来的密钥文件 keys.json 放回数据目录后再启动。")
