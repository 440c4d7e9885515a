"""Time ours and the floor or peer in turn and print a Markdown table of ratios.

`python build/dev.py bench` runs all; `--quick` uses small sizes; names choose modules
(audit, intake, ledger, package). CPU seconds of one run on one machine: only ratios count.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = ("intake", "audit", "package", "ledger", "window")


def main(argv: list[str]) -> int:
    sys.path[:0] = [str(HERE.parent)]
    quick = "--quick" in argv
    chosen = [a for a in argv if not a.startswith("-")] or [m for m in MODULES if (HERE / f"{m}.py").exists()]
    print("| 测什么 | 比值 | 说明 |\n| --- | --- | --- |")
    for name in chosen:
        for label, ratio, note in import_module(f"benchmarks.{name}").run(quick):
            print(f"| {label} | {ratio:.2f} | {note} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
