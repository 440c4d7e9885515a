"""A file that gets its name when it is complete, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import SurroundingsError
from core.storage import files


@contextmanager
def whole_file(target: Path, what: str) -> Iterator[Path]:
    """A temporary file beside the target; it takes the target's name when the block ends well."""
    if not target.parent.is_dir():
        raise SurroundingsError(
            f"没有这个文件夹：{target.parent}", next="请先建立文件夹，或换一个位置。", code="no-folder"
        )
    part = target.with_name(f".panhuo-{uuid.uuid4().hex[:12]}{target.suffix}.tmp")
    try:
        yield part
        files.sync(part)
        files.replace(part, target)
    except OSError as e:
        raise files.explained(e, what) from e
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
