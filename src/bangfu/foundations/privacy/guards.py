"""Row-level security, triggers, doors and grants, derived from the models after every migration.

A table is scoped when it has the five level columns. Its policy shows and accepts only rows of the subtree
in `app.scope`, which a request or job sets inside its transaction; an unset scope shows nothing. The literal
predicate `within(org)` of every query is the rule, the policy the safety net behind it.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connections

LEVELS = ("province_id", "city_id", "county_id", "township_id", "org_id")

# (SELECT ...) makes the setting an init plan: without it a city list is 160 times slower.
IN_SCOPE = f"(SELECT nullif(current_setting('app.scope', true), '')::bigint) IN ({', '.join(LEVELS)})"
IN_NATION = "(SELECT nullif(current_setting('app.nation', true), '')) = 'yes'"

# A union that moves within its county takes its rows along, frozen and sealed ones too: only their township column
# changes. The mark alone is worth nothing, a session can set it; current_user differs from session_user only inside a
# SECURITY DEFINER function, and the one that sets the mark is door_follow_union.
MOVING = "current_user <> session_user AND coalesce(current_setting('app.moving_union', true), '') = 'yes'"

APPEND_ONLY: set[str] = set()
UNSEEN: set[str] = set()
TRIGGERS: dict[str, "Trigger"] = {}
DOORS: dict[str, "Door"] = {}


@dataclass(frozen=True)
class Trigger:
    """A row trigger which keeps a rule against raw SQL too. `body` is PL/pgSQL and ends in RETURN.

    Its function runs as the owner with a fixed search_path: it sees all rows whatever the scope, and nothing that a
    session sets can switch it off (a trigger library was not used because its triggers obey a session setting).
    """

    name: str
    table: str
    when: str
    body: str
    declare: str = ""

    def sql(self) -> list[str]:
        declare = f"DECLARE {self.declare}" if self.declare else ""
        unless_moving = f"WHEN (NOT ({MOVING}))" if "UPDATE" in self.when else ""
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
            f"SET search_path = public, pg_temp AS $guard$ {declare} BEGIN {self.body} END $guard$",
            f'DROP TRIGGER IF EXISTS {self.name} ON "{self.table}"',
            f'CREATE TRIGGER {self.name} {self.when} ON "{self.table}" FOR EACH ROW {unless_moving} '
            f"EXECUTE FUNCTION {self.name}()",
        ]


@dataclass(frozen=True)
class Door:
    """A SECURITY DEFINER function: the only way past row-level security, returning only what its page shows."""

    name: str
    arguments: str
    returns: str
    body: str
    why: str
    language: str = "sql STABLE"

    def sql(self) -> list[str]:
        return [
            f"DROP FUNCTION IF EXISTS {self.name}({self.arguments})",
            f"CREATE FUNCTION {self.name}({self.arguments}) RETURNS {self.returns} LANGUAGE {self.language} "
            f"SECURITY DEFINER SET search_path = public, pg_temp AS $door$ {self.body} $door$",
        ]


def guard(trigger: Trigger) -> None:
    """Register a trigger; it is installed after every migration."""
    TRIGGERS[trigger.name] = trigger


def door(opening: Door) -> None:
    """Register a door; it is installed after every migration and listed in docs."""
    DOORS[opening.name] = opening


def append_only(model):
    """Class decorator: the pages' role may insert and read rows of this table, never change or delete them."""
    APPEND_ONLY.add(model._meta.db_table)
    return model


def unseen(model):
    """Class decorator: the pages' role has no right at all on this table; only SECURITY DEFINER functions touch it."""
    UNSEEN.add(model._meta.db_table)
    return model


def scoped_tables() -> list[str]:
    """Tables which carry the five level columns."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        columns = {field.column for field in model._meta.local_concrete_fields}
        if set(LEVELS) <= columns and model._meta.label != "organisations.Organisation":
            found.append(model._meta.db_table)
    return sorted(found)


def policy_sql(table: str) -> list[str]:
    """Statements that give `table` its two policies: the subtree of the acting post, and the nation-wide jobs."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS subtree ON "{table}"',
        f'CREATE POLICY subtree ON "{table}" USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})',
        f'DROP POLICY IF EXISTS nation ON "{table}"',
        f'CREATE POLICY nation ON "{table}" USING ({IN_NATION}) WITH CHECK ({IN_NATION})',
    ]


GRANT_QUEUE = """DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.proname LIKE 'procrastinate%' AND NOT p.prosecdef LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO "{role}"', f);
    END LOOP; END $$"""
REVOKE_TEMPORARY = """DO $$ BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, "{role}"', current_database());
    END $$"""


def grant_sql(role: str) -> list[str]:
    """Statements that give the pages' role its rights: rows, never tables; append-only tables only INSERT."""
    statements = [
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        # A SECURITY DEFINER function that anyone may attach to a table of his own would run his code as the owner:
        # nobody gets a function but the doors and those of the job queue, and nobody makes temporary tables.
        f'REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, "{role}"',
        *(f'GRANT EXECUTE ON FUNCTION {opening.name}({opening.arguments}) TO "{role}"' for opening in DOORS.values()),
        GRANT_QUEUE.format(role=role),
        REVOKE_TEMPORARY.format(role=role),
        f'REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{role}"',
    ]
    statements += [f'REVOKE UPDATE, DELETE ON "{table}" FROM "{role}"' for table in sorted(APPEND_ONLY)]
    statements += [f'REVOKE ALL ON "{table}" FROM "{role}"' for table in sorted(UNSEEN)]
    return statements


def install(using: str) -> None:
    """Bring policies and grants of the database up to date with the models (idempotent; needs the owner)."""
    connection = connections[using]
    role = connections["default"].settings_dict["USER"]
    present = set(connection.introspection.table_names())
    statements = [sql for table in scoped_tables() if table in present for sql in policy_sql(table)]
    for trigger in TRIGGERS.values():
        statements += trigger.sql()
    for opening in DOORS.values():
        statements += opening.sql()
    if role != connection.settings_dict["USER"]:
        # The cache table is made beside the migrations; it is granted with all others.
        statements += [sql for sql in grant_sql(role) if _names_present_table(sql, present)]
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _names_present_table(sql: str, present: set[str]) -> bool:
    if not sql.startswith("REVOKE") or sql.startswith("REVOKE EXECUTE"):
        return True
    return sql.split(" ON ")[1].split(" FROM ")[0].strip('"') in present


def install_after_migrate(using: str, **kwargs) -> None:
    """post_migrate receiver."""
    install(using)
