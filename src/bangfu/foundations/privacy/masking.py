"""How personal values look until someone reveals them with a reason."""


def mask_id(value: str) -> str:
    """1301**********997X: region and the last four stay."""
    return value[:4] + "*" * (len(value) - 8) + value[-4:] if len(value) >= 15 else "****" + _tail(value)


def mask_phone(value: str) -> str:
    """138****0001."""
    return value[:3] + "****" + value[-4:] if len(value) >= 11 else "****" + _tail(value)


def mask_card(value: str) -> str:
    """All but the last four."""
    return "**** **** " + (value[-4:] if len(value) >= 12 else _tail(value))


def mask_address(value: str) -> str:
    """The first six characters stay (province and city)."""
    return value[:6] + "****" if len(value) > 10 else "****"


def _tail(value: str) -> str:
    """The last two of a short value, nothing of a very short one."""
    return value[-2:] if len(value) >= 6 else ""


def mask_text(value: str) -> str:
    """Free text about health: only that there is some."""
    return f"（已填写 {len(value)} 字）" if value else ""


def mask_name(value: str) -> str:
    """张**: for the public web page."""
    return value[:1] + "*" * max(len(value) - 1, 1) if value else ""


MASKS = {"id": mask_id, "phone": mask_phone, "card": mask_card, "address": mask_address, "text": mask_text}


def masked(kind: str, value: str) -> str:
    """The masked form of a value, '' for an empty one."""
    return MASKS[kind](value) if value else ""
