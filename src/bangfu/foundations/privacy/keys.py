"""The one key file: made by ./run, mode 0600, outside the database folder."""

import base64
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """django_secret signs sessions; data encrypts columns and attachments; index keys the blind index."""

    django_secret: str
    data: bytes
    index: bytes


class KeysMissing(SystemExit):
    """Raised at start: a database without its keys cannot be read, so nothing is served."""


@cache
def load_keys(path: Path) -> Keys:
    """Read the key file. Raises KeysMissing with a plain message when it is absent or damaged."""
    try:
        raw = json.loads(path.read_text())
        return Keys(raw["django_secret"], base64.b64decode(raw["data"]), base64.b64decode(raw["index"]))
    except FileNotFoundError:
        raise KeysMissing(
            f"找不到密钥文件 {path.name}。请从备份恢复它，或用 ./run 启动（首次启动时自动生成）。"
        ) from None
    except (ValueError, KeyError, OSError) as error:
        raise KeysMissing(f"密钥文件 {path.name} 无法读取（{error}）。请从备份恢复它。") from error
