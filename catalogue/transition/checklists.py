"""What must be answered before a service is removed or handed over (domain 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from itsm.flow.words import Words

#: How long before the removal the users must have been told.
NOTICE = timedelta(days=14)


@dataclass(frozen=True)
class Question:
    """A row of a checklist: answered before the service goes, or at the latest before the transition is done."""

    code: str
    words: Words
    before: bool = True
    dated: bool = False
    choices: tuple[tuple[str, Words], ...] = ()


DATA = (("keep", Words("Kept", "保留")), ("move", Words("Moved", "移轉")), ("delete", Words("Deleted", "刪除")))

REMOVAL = (
    Question("dependents", Words("What depends on it, and what becomes of that", "相依之服務與組件及其處置")),
    Question("agreements", Words("Service level agreements ended or changed", "服務水準協議之終止或修訂")),
    Question("contracts", Words("Contracts ended or changed", "合約之終止或修訂")),
    Question("data", Words("Data and documents: kept, moved or deleted", "資料與文件之保留、移轉或刪除"), choices=DATA),
    Question("users", Words("Users told, with the date", "已通知使用者（含日期）"), dated=True),
    Question("items", Words("Configuration items retired", "組態項目已停用"), before=False),
    Question("licences", Words("Licences freed", "授權已釋出"), before=False),
    Question("access", Words("Access taken back", "存取權限已收回"), before=False),
    Question("knowledge", Words("Knowledge archived", "知識文件已封存"), before=False),
    Question("price", Words("Price ended", "計價已終止"), before=False),
)
TRANSFER = (
    Question("party", Words("To whom, and who answers there", "移轉對象與其窗口")),
    Question("date", Words("Date of the hand-over", "移轉日期"), dated=True),
    Question("responsibility", Words("Who is responsible for what from then on", "移轉後之責任歸屬")),
    Question("data", Words("Data and documents: kept, moved or deleted", "資料與文件之保留、移轉或刪除"), choices=DATA),
    Question("access", Words("Access given and taken back", "存取權限之授予與收回"), before=False),
    Question("contracts", Words("End of contracts", "合約終止"), before=False),
)
CHECKLISTS: dict[str, tuple[Question, ...]] = {"remove": REMOVAL, "transfer": TRANSFER}


def question(kind: str, code: str) -> Question:
    """Give the row ``code`` of the checklist of that kind of transition.

    :raises KeyError: if that checklist has no such row
    """
    return {row.code: row for row in CHECKLISTS.get(kind, ())}[code]
