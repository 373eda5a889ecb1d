"""The management system: a process that comes later; other processes will meet it through the register."""
