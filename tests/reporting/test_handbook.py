"""The handbook's page of the dictionary names every figure in both languages."""

from itsm.records import kpis
from itsm.reporting.handbook import page


def test_the_page_names_every_figure() -> None:
    written = page()

    assert [one.key for one in kpis.all_kpis() if f"| `{one.key}` |" not in written] == []
    assert "| Change success rate | 變更成功率 | `change.success_rate` |" in written
