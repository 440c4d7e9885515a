"""Advice of core as the window shows it."""

from __future__ import annotations

import pytest

from gui.dialogs.messages import plain


@pytest.mark.parametrize(
    ("advice", "shown"),
    [
        ("请先查看期间的状态（panhuo period list）。", "请先查看期间的状态。"),
        ("请用 --why 写明为什么要解锁。", ""),
        ("确认后加 --yes 再运行；只找回个别记录用 --uid。", ""),
        ("请选择另一份备份。恢复后可用 --uid 从损坏文件中找回个别记录。", "请选择另一份备份。"),
        ("请分路径或按单位分几次填报（--path、--where）。", "请分路径或按单位分几次填报。"),
        ("请用“接收上报包”导入，或用 panhuo merge、verify。", "请用“接收上报包”导入。"),
        ("请确认有一行写着列名，或用 --map 指定表头行和各列。", "请确认有一行写着列名。"),
        ("请换一个前缀或起始号。", "请换一个前缀或起始号。"),
        ("请安装 1.2--1.4 版。", "请安装 1.2--1.4 版。"),
    ],
)
def test_what_is_meant_for_the_command_is_left_out(advice: str, shown: str) -> None:
    assert plain(advice) == shown
