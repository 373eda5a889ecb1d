"""The kit's tests look at its pages in the browser that all tests share."""

from tests.browser_fixtures import Open as Open
from tests.browser_fixtures import chromium as chromium
from tests.browser_fixtures import faults_found as faults_found
from tests.browser_fixtures import visit as visit
