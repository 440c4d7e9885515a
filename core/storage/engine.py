"""Open one SQLite file the way this program needs it; the only place with dialect words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from core.errors import DamagedError, SurroundingsError
from core.standard.functions import functions

PRAGMAS = (
    "PRAGMA journal_mode=DELETE",  # WAL is not for USB sticks and shares
    "PRAGMA synchronous=EXTRA",  # with FULL a replayed power cut lost finished jobs
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
    "PRAGMA busy_timeout=5000",  # a virus scanner or a copy in progress holds the file for seconds
    "PRAGMA cache_spill=OFF",  # nothing of an unfinished action reaches the file
    "PRAGMA cell_size_check=ON",
)


def connect(path: Path, *, readonly: bool = False, asis: bool = False) -> sa.Connection:
    """One connection in autocommit; `transaction` opens and closes transactions.

    `asis` reads the bytes as they lie there, whatever a journal beside them says.
    """

    def creator() -> sqlite3.Connection:
        mode = "ro&immutable=1" if asis else "ro" if readonly else "rwc"
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        made = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        for pragma in PRAGMAS[2:] if readonly or asis else PRAGMAS:
            made.execute(pragma)
        made.create_function("zh_key", 1, _zh_key, deterministic=True)  # type: ignore[arg-type]
        for name, count, function in functions():
            made.create_function(name, count, function, deterministic=True)  # type: ignore[arg-type]
        return made

    engine = sa.create_engine(
        "sqlite://", creator=creator, poolclass=StaticPool, isolation_level="AUTOCOMMIT"
    )

    @sa.event.listens_for(engine, "handle_error")
    def _in_words(context: sa.engine.ExceptionContext) -> None:
        """Whoever reads hears the same words as who writes."""
        found = explained(context.original_exception, path)
        if found is not context.original_exception:
            raise found from context.original_exception

    with translated(path):
        conn = engine.connect()
        conn.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        return conn


_SCRATCH = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8192", "cache_spill=ON")
_FRUGAL, _USUAL = "PRAGMA cache_size=-8192", "PRAGMA cache_size=-65536"


def scratch(path: Path) -> sa.Connection:
    """A database that is thrown away soon: nothing is made safe, little memory is taken."""
    conn = connect(path)
    for pragma in _SCRATCH:
        conn.exec_driver_sql(f"PRAGMA {pragma}")
    return conn


@contextmanager
def frugal(conn: sa.Connection) -> Iterator[None]:
    """Long reading from one end to the other gains nothing from a large cache of pages."""
    conn.exec_driver_sql(_FRUGAL)
    try:
        yield
    finally:
        conn.exec_driver_sql(_USUAL)


def _zh_key(text: object) -> object:
    return text.encode("gb18030", "replace") if isinstance(text, str) else text


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's words into ours: damaged, full, locked, read-only."""
    try:
        yield
    except (sqlite3.Error, sa.exc.DBAPIError) as e:
        raise explained(e, path) from e


def explained(error: BaseException, path: Path) -> BaseException:
    """The AppError that a database error stands for; a bug stays what it is."""
    origin = getattr(error, "orig", None) or error
    text = str(origin).lower()
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return DamagedError(
            f"账套文件已损坏：{path.name}",
            next="请不要再写入，用“恢复备份”找回最近的完好备份。",
            code="damaged",
        )
    if "full" in text:
        return SurroundingsError(
            "磁盘空间已满，刚才的操作没有完成", next="请清理磁盘后重试，之前的数据完好。", code="disk-full"
        )
    if "locked" in text or "busy" in text:
        return SurroundingsError(
            "账套文件正被其他程序占用", next="请关闭正在备份、同步或查看该文件的程序后重试。", code="busy"
        )
    if ("unable to open" in text or "readonly" in text) and not path.parent.is_dir():
        return SurroundingsError(
            f"找不到账套文件夹：{path.parent}",
            next="它可能已被移动、改名，或 U 盘已拔出。请放回原处，或关闭后从新的位置打开；已保存的修改都在文件夹里。",
            code="disk-gone",
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return SurroundingsError(
            f"无法写入账套文件：{path.name}",
            next="请检查文件夹是否只读、U 盘是否写保护，或把账套复制到本机后打开。",
            code="readonly",
        )
    if "disk i/o" in text:
        return SurroundingsError(
            "读写磁盘出错，刚才的修改可能没有保存",
            next="请检查 U 盘或硬盘是否连接正常，重新打开账套后核对最后一次修改。",
            code="disk-io",
        )
    return error


@contextmanager
def transaction(conn: sa.Connection, path: Path) -> Iterator[None]:
    """One write transaction: all of it is kept, or nothing."""
    driver = raw(conn)
    with translated(path):
        driver.execute("BEGIN IMMEDIATE")
        try:
            yield
            driver.execute("COMMIT")
        except BaseException:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            raise


def companions(path: Path) -> list[Path]:
    """The files by which SQLite would change what a database says: its journal, or a log of another program."""
    return [path.with_name(path.name + ending) for ending in ("-journal", "-wal", "-shm")]


_MAGIC = bytes.fromhex("d9d505f920a163d7")


def needs_recovery(path: Path) -> bool:
    """Whether a crash left a rollback journal, which only a writer can clear away."""
    return _journal_head(path)[:1] not in (b"", b"\0")


def is_hot(path: Path) -> bool:
    """Whether a rollback journal is in force: the file may hold pages of an unfinished action."""
    return _journal_head(path) == _MAGIC


def _journal_head(path: Path) -> bytes:
    try:
        with open(path.with_name(path.name + "-journal"), "rb") as f:
            return f.read(len(_MAGIC))
    except OSError:
        return b""


def raw(conn: sa.Connection) -> sqlite3.Connection:
    """The driver's own connection, for backup and for counting changes."""
    made = conn.connection.driver_connection
    assert isinstance(made, sqlite3.Connection)
    return made


def is_whole(conn: sa.Connection, path: Path) -> bool:
    """Whether the pages hold together, by the quick check."""
    with translated(path):
        return bool(raw(conn).execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")


def path_of(driver: sqlite3.Connection) -> Path:
    """The file of a connection."""
    return Path(str(driver.execute("PRAGMA database_list").fetchone()[2]))


def bulk_insert(
    conn: sa.Connection, table: sa.Table, columns: Iterable[str], rows: Iterable[tuple[object, ...]]
) -> None:
    """Insert many rows as tuples; the ORM's bulk insert took 120 times as long."""
    names = list(columns)
    marks = ", ".join("?" * len(names))
    listed = ", ".join(f'"{n}"' for n in names)
    with translated(path_of(raw(conn))):
        raw(conn).executemany(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', rows)
