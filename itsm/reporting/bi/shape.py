"""What a view is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """One view: its name, what a row is, its columns with their meaning, and where they come from."""

    name: str
    row: str
    columns: tuple[tuple[str, str, str], ...]
    source: str

    @property
    def statement(self) -> str:
        """Give the statement that makes the view; a barrier keeps conditions of a reader from seeing what is filtered."""
        chosen = ",\n  ".join(f"{expression} AS {name}" for name, expression, _meaning in self.columns)
        return f"CREATE VIEW reporting.{self.name} WITH (security_barrier) AS SELECT\n  {chosen}\nFROM {self.source}"
