"""A file that somebody uploads: its columns with a guess what each means, and the mapping that the choices make."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from configuration import field_values, schema
from configuration.models import ImportBatch, ImportUpload
from configuration.services import FIELDS
from itsm.intake.cmdb import held, mapping, reading, staging
from itsm.intake.faults import BadFile, BadMapping
from itsm.intake.reading import GZIP, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from itsm.people.models import Person

MOST_BYTES = 20 * 1024 * 1024
SAMPLE = 3  # values of a column that are shown
KEPT_FOR = timedelta(days=1)
NAME, CLASS = "title", "ci_class"
ENDS = ("source", "type", "target")
ENCODINGS = ("utf-8-sig", "cp950")  # what spreadsheets save as CSV
DELIMITERS = (",", ";", "\t")
#: Other words under which people keep the same things.
ALIASES = {
    "name": NAME, "hostname": "hostname", "host": "hostname", "ip": "address", "ip_address": "address", "serial_number": "serial",
    "asset": "asset_no", "asset_number": "asset_no", "class": CLASS, "env": "environment", "location": "place", "from": "source",
    "to": "target", "relation": "type", "relationship": "type", "編號": held.NUMBER, "名稱": NAME,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file with some of its values and what it seems to be."""

    name: str
    values: tuple[str, ...]
    guess: str


@dataclass(frozen=True)
class _Plain:
    """How the file is read before anybody said what it holds."""

    format: str
    encoding: str = "utf-8-sig"
    delimiter: str = ","

    def columns_read(self) -> list[str]:
        """No column must be there."""
        return []


def keep(name: str, content: bytes, *, by: Person, at: datetime) -> ImportUpload:
    """This will keep a file until it is compared; those that nobody compared within a day go.

    :raises BadFile: if it is empty or too large
    """
    if not content or len(content) > MOST_BYTES:
        raise BadFile(gettext_noop("The file is empty, or larger than %(most)s MB."), most=MOST_BYTES >> 20)
    ImportUpload.objects.filter(made_at__lt=at - KEPT_FOR).delete()
    made: ImportUpload = ImportUpload.objects.create(name=name[-255:], content=content, made_by=by, made_at=at)
    return made


@contextmanager
def on_disk(upload: ImportUpload) -> Iterator[Path]:
    """This will lay the file where it can be read, for the block."""
    with tempfile.TemporaryDirectory() as folder:
        name = "upload.xlsx" if upload.name.lower().endswith(".xlsx") else "upload.csv"
        path = Path(folder) / name
        path.write_bytes(bytes(upload.content))
        yield path


def columns(upload: ImportUpload) -> list[Column]:
    """This will list the columns of the file.

    :raises BadFile: if it cannot be read, or has nothing below its heading
    """
    with on_disk(upload) as path:
        rows = read(path, mapping=_plain(upload, form=reading.format_of(path)))
        header = next(rows).cells
        first = [row.cells for _place, row in zip(range(SAMPLE), rows, strict=False)]
    if not first:
        raise BadFile(gettext_noop("The file has a heading, but no rows below it."))
    return [
        Column(name, tuple(cells[place] for cells in first if place < len(cells) and cells[place]), guess(name))
        for place, name in enumerate(header)
        if name
    ]


def _plain(upload: ImportUpload, *, form: str) -> _Plain:
    """Tell how the file is written: a spreadsheet saves UTF-8 or Big5, with commas, semicolons or tabs between cells."""
    content = bytes(upload.content)
    if form == "xlsx" or content.startswith(GZIP):
        return _Plain(form)
    encoding = next((one for one in ENCODINGS if _reads(content, one)), "")
    if not encoding or b"\x00" in content:
        raise BadFile(gettext_noop("This is no text in UTF-8 or Big5. Save the sheet as CSV UTF-8 or as XLSX."))
    heading = content.decode(encoding).partition("\n")[0]
    return _Plain(form, encoding, max(DELIMITERS, key=heading.count))


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def guess(name: str) -> str:
    """This will tell what a column seems to be by its heading: a field, an attribute, an end; empty for nothing."""
    word = "_".join(name.strip().casefold().split())
    word = ALIASES.get(word, word)
    codes = {row.code for rows in schema.present().own.values() for row in rows}
    if word in {*FIELDS, held.NUMBER, CLASS, *ENDS} | codes:
        return word
    labels = {field_values.label_of(field).casefold(): field for field in FIELDS}
    return labels.get(name.strip().casefold(), "")


def targets(class_id: int | None) -> list[tuple[str, str]]:
    """This will list what a column of items may mean: fields, and the attributes of the class or of all."""
    rows = (
        schema.present().attributes(class_id)
        if class_id
        else [row for own in schema.present().own.values() for row in own]
    )
    attributes = {row.code: row.name for row in rows}
    fields = [(name, field_values.label_of(name)) for name in FIELDS]
    return [
        (held.NUMBER, _("number")),
        (CLASS, _("CI class")),
        *fields,
        *sorted(attributes.items(), key=lambda pair: pair[1]),
    ]


def words_for(targets: Iterable[str]) -> list[str]:
    """This will give the words under which the ends of a relationship, or fields, are offered."""
    ends = {"source": _("from"), "type": _("kind"), "target": _("to")}
    return [ends.get(target) or field_values.label_of(target) for target in targets]


def plan_of(upload: ImportUpload, chosen: Mapping[str, str], *, class_code: str, relations: bool) -> dict[str, Any]:
    """This will make the mapping that the choices mean; ``chosen`` gives for a column what it is.

    :raises BadMapping: if something needed was not chosen, or was chosen twice
    """
    by_target = {target: column for column, target in chosen.items() if target}
    if len(by_target) < sum(1 for target in chosen.values() if target):
        raise BadMapping(gettext_noop("Two columns were given the same meaning."))
    needed = ENDS if relations else (NAME,)
    lacking = [target for target in needed if target not in by_target]
    if lacking:
        raise BadMapping(
            gettext_noop("The mapping names no column for: %(fields)s."), fields=", ".join(words_for(lacking))
        )
    form = "xlsx" if upload.name.lower().endswith(".xlsx") else "csv"
    plain = _plain(upload, form=form)
    made: dict[str, Any] = {"format": form, "encoding": plain.encoding, "delimiter": plain.delimiter}
    if relations:
        types = {code: code for code in (row.code for row in schema.present().types.values())}
        words = {str(row): row.code for row in schema.present().types.values()}
        kind = {"column": by_target["type"], "values": words | types}
        return made | {"relations": [{"type": kind, "source": by_target["source"], "target": by_target["target"]}]}
    return made | {"items": [_items(by_target, class_code=class_code)]}


def _items(by_target: dict[str, str], *, class_code: str) -> dict[str, Any]:
    fields = {target: column for target, column in by_target.items() if target not in (NAME, CLASS)}
    ci_class: Any = class_code
    if CLASS in by_target:
        rows = schema.present().classes.values()
        ci_class = {
            "column": by_target[CLASS],
            "values": {row.name: row.code for row in rows} | {row.code: row.code for row in rows},
        }
    part: dict[str, Any] = {"class": ci_class, "name": by_target[NAME], "fields": fields}
    if held.NUMBER in fields:
        part["identity"] = [[held.NUMBER], ["serial"], ["asset_no"], ["hostname"], ["title"]]
    return part


def compare(
    upload: ImportUpload, plan: dict[str, Any], *, source: str, by: Person, at: datetime, channel: str = "web"
) -> ImportBatch:
    """This will read the file by the mapping, compare it with what is there, and let the upload go.

    :raises BadMapping: if the mapping cannot be followed
    :raises BadFile: if the file cannot be read by it
    """
    checked = mapping.checked(plan, name=upload.name)
    with on_disk(upload) as path:
        content = reading.read_all(path, mapping=checked)
    for told in content.items:
        told.file = upload.name
    batch = staging.stage(
        content, mapping=checked, plan=plan | {"state": checked.state}, source=source, file_name=upload.name, channel=channel, by=by,
        at=at,
    )  # fmt: skip
    upload.delete()
    return batch
