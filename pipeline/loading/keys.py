"""The key of a warehouse: from the settings, the environment or a file, and always the same one."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Privacy, Settings

KEY_VARIABLE = "CONTACT_QUALITY_KEY"
SHORTEST = 8
"""Signs of a key that a warehouse may be begun with: a shorter one is tried out against known telephone numbers."""
BLOCK_BYTES = 64
FINGERPRINT, SIGNATURE, SIGNED = "key_fingerprint", "pages_signature", "pages_signed"


def keyed_digest(text: str, key: bytes) -> str:
    """SQL: hmac.new(key, text, sha256).hexdigest(), by RFC 2104."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    outer, inner = (f"unhex('{bytes(byte ^ pad for byte in block).hex()}')" for pad in (0x5C, 0x36))
    return f"sha256({outer} || unhex(sha256({inner} || encode({text}))))"


def warehouse_key(warehouse: Warehouse, settings: Settings) -> bytes:
    """The key of this warehouse; raises UsageError when it is missing, or not the one the warehouse was begun with."""
    known = warehouse.noted(FINGERPRINT)
    key, origin = find_key(warehouse.path, settings.privacy, is_begun=known is not None)
    fingerprint = hashlib.sha256(b"fingerprint of " + key).hexdigest()[:16]
    if known not in (None, fingerprint):
        raise UsageError(
            f"{origin} is not the pseudonym key with which {warehouse.path} was begun: by another the same customer would be "
            f"two. Nothing is loaded; give the key of then in {KEY_VARIABLE} or in {key_file(warehouse.path)}"
        )
    pages = _pages(warehouse, settings)
    signature = hmac.digest(key, pages.encode(), "sha256").hex()[:16]
    warehouse.note({FINGERPRINT: fingerprint, SIGNATURE: signature, SIGNED: pages})
    return key


def _pages(warehouse: Warehouse, settings: Settings) -> str:
    """What a signature is of: a copy under another name, or what is no longer simulated, has other pages."""
    return f"pages of {warehouse.path.name} {settings.is_simulated}"


def told_of_key(warehouse: Warehouse, settings: Settings) -> dict[str, str]:
    """What reports have in place of the key, so that whoever only reads needs none: a secret that numbers people, and the
    signature that tells pages of one warehouse from those of another."""
    if warehouse.noted(SIGNED) != _pages(warehouse, settings):
        warehouse_key(warehouse, settings)
    return {name: warehouse.noted(name) or "" for name in (FINGERPRINT, SIGNATURE)}


def find_key(warehouse_path: Path, privacy: Privacy, is_begun: bool = False) -> tuple[bytes, str]:
    """The key and where it stands: in the settings, the environment, or the file beside the warehouse, which is made when there
    is none and nothing has begun with another. Raises UsageError where the key is missing, its file is empty, or it is too short
    to begin with."""
    if privacy.key is not None:
        return privacy.key.encode(), "privacy.key"
    if key := os.environ.get(KEY_VARIABLE):
        return _checked(key, KEY_VARIABLE, is_begun)
    file = key_file(warehouse_path)
    if is_begun and not file.is_file():
        raise UsageError(
            f"{KEY_VARIABLE} is not set and there is no {file}: the pseudonym key with which {warehouse_path} was begun is "
            "missing. Nothing is loaded; set it where this command is started (cron and systemd have their own environment), or "
            "restore the file"
        )
    if not file.is_file():
        _make_key(file)
    key = file.read_text("utf-8").strip()
    if not key:
        raise UsageError(f"{file}: is empty: restore the key, or remove the file where nothing has been loaded yet")
    return _checked(key, str(file), is_begun)


def _checked(key: str, origin: str, is_begun: bool) -> tuple[bytes, str]:
    """A warehouse goes on with whatever key it was begun with."""
    if not is_begun and len(key.strip()) < SHORTEST:
        fault = f"shorter than {SHORTEST} signs" if key.strip() else "blank"
        raise UsageError(
            f"{origin} is {fault}: whoever guesses the pseudonym key can tell which customer is which. Nothing is loaded; "
            "give a long one, or none: then one is made beside the warehouse"
        )
    return key.encode(), origin


def key_file(warehouse_path: Path) -> Path:
    return warehouse_path.with_name(warehouse_path.name + ".key")


def _make_key(file: Path) -> None:
    """Whole or not at all, readable by its owner alone; of two who make one at once the first has made it."""
    descriptor, whole = mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_hex(32))
    try:
        os.link(whole, file)
    except FileExistsError:
        pass
    except OSError:  # a share without hard links
        Path(whole).replace(file)
    Path(whole).unlink(missing_ok=True)
