"""Cells and sheets: reading foreign files, writing our own; nothing here knows the field."""

import os

# openpyxl writes other bytes (the same XML) where lxml happens to be installed; workbooks are compared by bytes.
os.environ["OPENPYXL_LXML"] = "False"
