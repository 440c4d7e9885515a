"""Problems of the surroundings and of input, each with a reason in Chinese and a way out."""

from __future__ import annotations


class AppError(Exception):
    """A refusal shown to the clerk as it stands: what is wrong, and what to do next.

    `exit_code` is the exit code of the panhuo command (DESIGN §4); `code` is a stable
    English word that programs can compare.
    """

    exit_code = 4
    code = "error"

    def __init__(self, reason: str, *, next: str = "", code: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next = next
        if code is not None:
            self.code = code


class UsageError(AppError):
    """The command was called with words or values that mean nothing."""

    exit_code = 2
    code = "usage"


class InputRefused(AppError):
    """A file or a value from outside cannot be taken."""

    exit_code = 3
    code = "refused"


class StandardError(InputRefused):
    """A standard is itself wrong; `file` and `key` say where."""

    code = "standard"

    def __init__(
        self, file: str, key: str, reason: str, *, next: str = "请按口径格式说明改正后重新装入。"
    ) -> None:
        super().__init__(f"口径文件 {file} 的 {key}：{reason}", next=next)
        self.file = file
        self.key = key


class SurroundingsError(AppError):
    """Disk, lock, rights, another program: the data is well, the surroundings are not."""

    exit_code = 4
    code = "surroundings"


class DamagedError(AppError):
    """Stored data does not agree with itself."""

    exit_code = 5
    code = "damaged"
