"""Dialogs: messages, files, progress, new and recent 账套."""
