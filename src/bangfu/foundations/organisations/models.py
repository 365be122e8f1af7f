"""Unions, the people who work in them, and the posts they hold."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from bangfu.foundations.codes import clock
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.fields import EncryptedTextField


class Level(models.IntegerChoices):
    """The five levels of the union tree (circular, 主送 and 附件2)."""

    PROVINCE = 1, "省级"
    CITY = 2, "市级"
    COUNTY = 3, "县级"
    TOWNSHIP = 4, "乡镇（街道）、开发区（园区）"
    GRASSROOTS = 5, "基层"


class Kind(models.TextChoices):
    """What a union is; an industry union stands at city level beside the cities."""

    PROVINCE = "province", "省总工会"
    CITY = "city", "市总工会"
    INDUSTRY = "industry", "省产业工会"
    ORGANS = "organs", "省直机关工会"
    COUNTERPART = "counterpart", "省总对口单位工会"
    COUNTY = "county", "县（市、区）总工会"
    TOWNSHIP = "township", "乡镇（街道）工会"
    ZONE = "zone", "开发区（园区）工会"
    GRASSROOTS = "grassroots", "基层工会"


LEVEL_COLUMN = {
    Level.PROVINCE: "province_id",
    Level.CITY: "city_id",
    Level.COUNTY: "county_id",
    Level.TOWNSHIP: "township_id",
    Level.GRASSROOTS: "org_id",
}


class OrganisationQuerySet(models.QuerySet):
    def open(self):
        """Unions which are not closed."""
        return self.filter(closed_on__isnull=True)

    def within(self, org: "Organisation"):
        """`org` and every union below it."""
        column = "id" if org.level == Level.GRASSROOTS else LEVEL_COLUMN[Level(org.level)]
        return self.filter(Q(**{column: org.id}) | Q(id=org.id))


class Organisation(models.Model):
    """A union. Its ancestors stand in level columns; a level that is missing repeats the one above."""

    name = models.CharField("名称", max_length=100)
    code = models.CharField("工会编号", max_length=11, unique=True)
    level = models.PositiveSmallIntegerField("级别", choices=Level.choices)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级工会"
    )
    division_code = models.CharField("行政区划代码", max_length=6, blank=True)
    province_id = models.BigIntegerField(default=0)
    city_id = models.BigIntegerField(default=0)
    county_id = models.BigIntegerField(default=0)
    township_id = models.BigIntegerField(default=0)
    phone = models.CharField("办公电话", max_length=30, blank=True)
    opened_on = models.DateField("设立日期", null=True, blank=True)
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    is_demo = models.BooleanField("示例", default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["level", "code"]
        indexes = [
            models.Index(fields=["province_id", "level"], name="org_province"),
            models.Index(fields=["city_id", "level"], name="org_city"),
            models.Index(fields=["county_id", "level"], name="org_county"),
            models.Index(fields=["township_id", "level"], name="org_township"),
        ]

    def __str__(self):
        return self.name

    def scope(self) -> dict[str, int]:
        """The five columns for rows of this union."""
        return {
            "org_id": self.id,
            "township_id": self.township_id,
            "county_id": self.county_id,
            "city_id": self.city_id,
            "province_id": self.province_id,
        }

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids of the unions above, nearest first, without repeats and without itself."""
        chain = [self.township_id, self.county_id, self.city_id, self.province_id]
        return [id_ for i, id_ in enumerate(chain) if id_ != self.id and id_ not in chain[:i]]

    def is_above(self, other) -> bool:
        """Whether `other` (a union or a scoped row) lies in the subtree of this union, itself excluded."""
        return self.id in (other.province_id, other.city_id, other.county_id, other.township_id) and self.id != (
            other.id if isinstance(other, Organisation) else other.org_id
        )

    def path(self) -> list["Organisation"]:
        """From the province down to this union, itself included."""
        found = {org.id: org for org in Organisation.objects.filter(id__in=self.ancestor_ids)}
        return [found[id_] for id_ in reversed(self.ancestor_ids)] + [self]


class OrganisationName(models.Model):
    """A former name of a union or division, dated."""

    org = models.ForeignKey(Organisation, models.CASCADE, related_name="names")
    name = models.CharField("名称", max_length=100)
    division_code = models.CharField("当时的区划代码", max_length=6, blank=True)
    from_date = models.DateField("启用", null=True, blank=True)
    to_date = models.DateField("停用", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["to_date"]

    def __str__(self):
        return self.name


class ScopedQuerySet(models.QuerySet):
    def within(self, org: Organisation):
        """Rows of the subtree of `org`: equality on one level column, the literal twin of the row-level policy."""
        return self.filter(**{LEVEL_COLUMN[Level(org.level)]: org.id})


class Scoped(models.Model):
    """Base of every row that belongs to a union: the union and its ancestors, copied when written.

    privacy.guards gives each such table its row-level policy.
    """

    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="工会")
    township_id = models.BigIntegerField(editable=False)
    county_id = models.BigIntegerField(editable=False)
    city_id = models.BigIntegerField(editable=False)
    province_id = models.BigIntegerField(editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def scope(self) -> dict[str, int]:
        """The five columns, to be copied onto a row that belongs to the same union."""
        return {name: getattr(self, name) for name in LEVEL_COLUMN.values()}


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, name: str, password: str | None = None, **fields):
        """A new account; without a password it cannot log in until one is set."""
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who works in a union. What they may do comes from their posts."""

    username = models.CharField("登录名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=50)
    phone = EncryptedTextField("联系电话", kind="phone", max_length=20, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self):
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a post does. The level of its union decides which opinion box a reviewer fills."""

    OFFICER = "officer", "经办人"
    INVESTIGATOR = "investigator", "调查人员"
    CHAIR = "chair", "工会主席"
    REVIEWER = "reviewer", "审核人"
    SUPERVISOR = "supervisor", "监督检查"
    ADMIN = "admin", "管理员"


class PostQuerySet(models.QuerySet):
    def current(self, on=None):
        """Posts in force on the day (default today), of active users, in open unions."""
        day = on or clock.today()
        return self.filter(
            Q(from_date__lte=day),
            Q(to_date__isnull=True) | Q(to_date__gte=day),
            user__is_active=True,
            org__closed_on__isnull=True,
        )


class Post(models.Model):
    """任职: a person holds a role in a union from a day to a day; a substitute holds it in place of another post."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name="人员")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name="工会")
    role = models.CharField("岗位", max_length=12, choices=Role.choices)
    title = models.CharField("职务", max_length=40, blank=True)
    from_date = models.DateField("起", default=clock.today)
    to_date = models.DateField("止", null=True, blank=True)
    substitute_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="substitutes", verbose_name="代理"
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["org__level", "org__code", "role", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")), name="post_ends_after_start"
            ),
            models.UniqueConstraint(fields=["user", "org", "role", "from_date"], name="post_given_once"),
        ]

    def __str__(self):
        return f"{self.org.name} {self.role_label} {self.user.name}"

    @property
    def role_label(self) -> str:
        label = self.get_role_display()
        return f"{label}（代理）" if self.substitute_for_id else label


# When a union moves within its county, the township column of every row that belongs to it follows, frozen, sealed and
# append-only rows too (guards.MOVING). Nothing else of a row can change here, and the union must lie in the caller's scope.
guards.door(
    guards.Door(
        name="door_follow_union",
        arguments="bigint",
        returns="bigint",
        language="plpgsql VOLATILE",
        body="""
            DECLARE one text; changed bigint; total bigint := 0;
            BEGIN
                PERFORM 1 FROM organisations_organisation o WHERE o.id = $1 AND (
                    nullif(current_setting('app.nation', true), '') = 'yes'
                    OR nullif(current_setting('app.scope', true), '')::bigint IN (o.province_id, o.city_id, o.county_id));
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'the union lies outside the scope' USING ERRCODE = '42501';
                END IF;
                PERFORM set_config('app.moving_union', 'yes', true);
                FOR one IN
                    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                    AND 5 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                        AND a.attname IN ('province_id', 'city_id', 'county_id', 'township_id', 'org_id'))
                LOOP
                    EXECUTE format('UPDATE %I t SET township_id = o.township_id FROM organisations_organisation o
                        WHERE (o.id = $1 OR o.township_id = $1) AND t.org_id = o.id AND t.county_id = o.county_id
                        AND t.township_id <> o.township_id', one) USING $1;
                    GET DIAGNOSTICS changed = ROW_COUNT;
                    total := total + changed;
                END LOOP;
                PERFORM set_config('app.moving_union', '', true);
                RETURN total;
            END
        """,
        why="A union that moves keeps its cases: whoever is above it now sees them, whoever was above it no longer does.",
    )
)
