"""The one way in which starting fails: a sentence that says what to do."""

import errno
import os

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
NOT_ALLOWED = {errno.EROFS, errno.EACCES, errno.EPERM}
NOT_A_FOLDER = {errno.EEXIST, errno.ENOTDIR}


class Refusal(Exception):
    """It cannot start; the message says in one sentence what to do about it."""


def explain(error: OSError) -> Refusal:
    """Turn an error of the operating system into a sentence; others are raised again."""
    where = os.fspath(error.filename) if isinstance(error.filename, (str, os.PathLike)) else "the data folder"
    if error.errno in NO_ROOM:
        return Refusal(f"The disk is full ({where}): free some room, or set VAR_DIR to a folder on another disk.")
    if error.errno in NOT_ALLOWED:
        return Refusal(f"{where} cannot be written: make it writable, or set VAR_DIR to a folder that is.")
    if error.errno in NOT_A_FOLDER:
        return Refusal(f"{where} is not a folder: move it away, or set VAR_DIR to another place.")
    raise error
