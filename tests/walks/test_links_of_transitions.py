"""The table of links (domain 1.9): a service transition that is accepted leads on the change that called for it."""

from typing import Any

import pytest

from changes.models import Change
from itsm.records.models import LinkKind
from tests.catalogue.conftest import Walk
from tests.catalogue.conftest import change as change
from tests.catalogue.conftest import level_manager as level_manager
from tests.catalogue.conftest import transition as transition
from tests.catalogue.conftest import transition_manager as transition_manager
from tests.catalogue.conftest import walk as walk
from tests.walks.linking import stands

pytestmark = pytest.mark.django_db


def test_acceptance_leads_the_change_on(walk: Walk, change: Any) -> None:
    accepted = walk("ready_for_live")

    assert stands(change, accepted, LinkKind.DESIGNED_BY).auto
    assert Change.objects.get(pk=change.pk).state == "implementation_review"
