"""Faults: the program killed, the power cut, the disk full or failing; what must hold in every one."""
