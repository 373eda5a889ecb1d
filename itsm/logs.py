"""What the server's log says of requests that were refused."""

import logging


class RefusedWithoutTrace(logging.Filter):
    """Leaves the trace out of lines about requests that were refused: an answer below 500 is no fault of the program."""

    def filter(self, record: logging.LogRecord) -> bool:
        """This will keep every line, and drop the trace of those with a status below 500."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
