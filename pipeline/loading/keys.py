"""The key of a warehouse: from the settings, the environment or a file, and always the same one."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Privacy

KEY_VARIABLE = "CONTACT_QUALITY_KEY"
BLOCK_BYTES = 64


def keyed_digest(text: str, key: bytes) -> str:
    """SQL: hmac.new(key, text, sha256).hexdigest(), by RFC 2104."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    outer, inner = (f"unhex('{bytes(byte ^ pad for byte in block).hex()}')" for pad in (0x5C, 0x36))
    return f"sha256({outer} || unhex(sha256({inner} || encode({text}))))"


def warehouse_key(warehouse: Warehouse, privacy: Privacy) -> bytes:
    """The key of this warehouse; raises PipelineError when it is not the one the warehouse was begun with."""
    key = find_key(warehouse.path, privacy)
    fingerprint = hashlib.sha256(b"fingerprint of " + key).hexdigest()[:16]
    known = warehouse.noted("key_fingerprint")
    if known is None:
        warehouse.note("key_fingerprint", fingerprint)
    elif known != fingerprint:
        raise PipelineError(
            f"{warehouse.path}: the pseudonym key is not the one this warehouse was begun with; "
            f"with another key the same customer would be two. Restore {KEY_VARIABLE} or the key file."
        )
    return key


def find_key(warehouse_path: Path, privacy: Privacy) -> bytes:
    """From the settings, the environment, or the file beside the warehouse, which is made when there is none.
    Raises PipelineError for a file without a key in it."""
    if privacy.key is not None:
        return privacy.key.encode()
    if os.environ.get(KEY_VARIABLE):
        return os.environ[KEY_VARIABLE].encode()
    file = warehouse_path.with_name(warehouse_path.name + ".key")
    if not file.is_file():
        _make_key(file)
    key = file.read_text("utf-8").strip().encode()
    if not key:
        raise PipelineError(f"{file}: is empty: restore the key, or remove the file where nothing has been loaded yet")
    return key


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
