"""Why something may not be done, in words that an officer can act on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One sentence why not.

    `field` names the form field it belongs to, `rule` the row of rules.csv (R-EX-1), `clause` the place in the
    circular, `url` the page where it can be put right.
    """

    text: str
    field: str = ""
    rule: str = ""
    clause: str = ""
    url: str = ""

    def __str__(self) -> str:
        return self.text


class Refused(Exception):
    """A verb was refused; nothing was changed. Carries every reason, not only the first."""

    def __init__(self, reasons: "str | Reason | Iterable[str | Reason]") -> None:
        given = [reasons] if isinstance(reasons, str | Reason) else list(reasons)
        self.reasons: list[Reason] = [Reason(r) if isinstance(r, str) else r for r in given]
        if not self.reasons:
            raise ValueError("A refusal needs a reason.")
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """All reasons as one line."""
        return " ".join(reason.text for reason in self.reasons)


def refuse_if(reasons: Iterable[Reason]) -> None:
    """Raise Refused when there are reasons; return otherwise."""
    reasons = list(reasons)
    if reasons:
        raise Refused(reasons)
