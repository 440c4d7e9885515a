"""盘活台账 without a window: standard, storage, records, audit, figures, Excel, exchange and the command."""
