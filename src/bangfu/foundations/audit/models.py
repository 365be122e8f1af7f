"""The trail. One chain per county; the database itself computes the chain, so that raw SQL is chained too."""

from django.db import models

from bangfu.foundations.codes import clock
from bangfu.foundations.privacy import guards

# Runs as the owner (SECURITY DEFINER): the head of the chain must be seen whatever the scope is.
CHAIN = """
    SELECT seq, hash INTO head_seq, head_hash FROM audit_head WHERE county_id = NEW.county_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (county_id, seq, hash) VALUES (NEW.county_id, 0, '\\x00')
            ON CONFLICT (county_id) DO NOTHING;
        SELECT seq, hash INTO head_seq, head_hash FROM audit_head WHERE county_id = NEW.county_id FOR UPDATE;
    END IF;
    NEW.seq := head_seq + 1;
    NEW.previous_hash := head_hash;
    NEW.hash := sha256(head_hash || convert_to(array_to_string(ARRAY[
        NEW.county_id::text, NEW.seq::text, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        NEW.org_id::text, NEW.township_id::text, NEW.city_id::text, NEW.province_id::text,
        NEW.user_id::text, NEW.user_name, NEW.post_id::text, NEW.post_label, NEW.by_org_name, NEW.acting_for_id::text,
        NEW.verb, NEW.thing_type, NEW.thing_id::text, NEW.case_id::text, NEW.reason, NEW.detail::text
    ], E'\\x1f', E'\\x1e'), 'UTF8'));
    UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE county_id = NEW.county_id;
    RETURN NEW;
"""


guards.guard(
    guards.Trigger(
        name="audit_chain",
        table="audit_entry",
        when="BEFORE INSERT",
        declare="head_seq bigint; head_hash bytea;",
        body=CHAIN,
    )
)


@guards.append_only
class Entry(models.Model):
    """One thing that was done. `detail` holds codes and ids, never personal data."""

    # The five level columns of every scoped table; plain numbers, since unions stand above this room.
    org_id = models.BigIntegerField()
    township_id = models.BigIntegerField()
    county_id = models.BigIntegerField()
    city_id = models.BigIntegerField()
    province_id = models.BigIntegerField()
    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=50, blank=True)
    post_id = models.BigIntegerField(null=True)
    post_label = models.CharField(max_length=60, blank=True)
    by_org_name = models.CharField(max_length=100, blank=True)
    acting_for_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    thing_type = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    case_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.BinaryField(default=b"")
    hash = models.BinaryField(default=b"")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["county_id", "seq"], name="audit_chain_position")]
        indexes = [
            models.Index(fields=["case_id", "-id"], name="audit_case"),
            models.Index(fields=["thing_type", "thing_id"], name="audit_thing"),
        ]

    def __str__(self):
        return f"{self.verb} {self.thing_type}:{self.thing_id}"


@guards.unseen
class Head(models.Model):
    """The last entry of each county's chain; only the chain trigger writes it."""

    county_id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_head"

    def __str__(self):
        return f"{self.county_id}:{self.seq}"
