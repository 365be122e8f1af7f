"""AES-256-GCM for what is stored, keyed HMAC-SHA256 for what is looked up."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"


class Unreadable(Exception):
    """The stored bytes were not written with this key, or were changed."""


def encrypt(data: bytes, purpose: str) -> bytes:
    """version (1) + nonce (12) + ciphertext; `purpose` is bound to it, so a value cannot be moved to another column."""
    nonce = os.urandom(12)
    return VERSION + nonce + AESGCM(settings.KEYS.data).encrypt(nonce, data, purpose.encode())


def decrypt(blob: bytes, purpose: str) -> bytes:
    """Reverse of encrypt. Raises Unreadable."""
    blob = bytes(blob)
    if blob[:1] != VERSION:
        raise Unreadable("未知的加密版本")
    try:
        return AESGCM(settings.KEYS.data).decrypt(blob[1:13], blob[13:], purpose.encode())
    except InvalidTag as error:
        raise Unreadable("密钥不符或数据已损坏") from error


def blind_index(value: str, purpose: str = "id") -> bytes:
    """32 bytes by which an exact value is found without being stored: keyed, since ID numbers can be enumerated."""
    return hmac.new(settings.KEYS.index, f"{purpose}:{value}".encode(), hashlib.sha256).digest()


def key_mark() -> str:
    """A digest of the data key that the database keeps, to recognise a database without its key."""
    return hmac.new(settings.KEYS.data, b"key-mark", hashlib.sha256).hexdigest()[:32]
