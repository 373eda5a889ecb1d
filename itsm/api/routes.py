"""How record numbers stand in addresses; registered when the routes are gathered."""

from django.urls import register_converter


class RecordNumber:
    """A number such as INC-202611-00042: anything else is no address."""

    regex = "[A-Z]{2,8}-[0-9]{6}-[0-9]{5,9}"

    def to_python(self, value: str) -> str:
        """This will give the number as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """This will write the number as it is."""
        return value


register_converter(RecordNumber, "record_number")
