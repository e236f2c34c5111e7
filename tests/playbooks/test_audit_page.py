# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of an audit in a browser: what it shows, its filters, that it asks nothing of the network, from one integration to a thousand."""

from __future__ import annotations

import json
import shutil

import pytest

from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit import Audit
from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit_output import write
from playbooks.conftest import newest_core_only
from unit.plugins.plugin_utils.audit_support import RUN, changed, document_of, succeed

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Where it cannot be installed, the summary of all gates says that this was not seen.
pytestmark = [newest_core_only, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, see tests/tools/system_packages.sh")]
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Without a sandbox of its own, which a root user and many containers cannot have: it opens files that this test wrote.
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield running
        running.close()


@pytest.fixture
def show(browser, tmp_path):
    """A function that opens the page of a document. At the end, nothing may have been logged and nothing but the page asked for."""
    contexts, logged, requested = [], [], []

    def open_page(document, **options):
        *_others, path = write(document, tmp_path, f"page{len(contexts)}")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: logged.append(message.text))
        page.on("pageerror", lambda error: logged.append(str(error)))
        page.on("request", lambda request: requested.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert logged == []
    assert requested == [(tmp_path / f"page{number}.html").as_uri() for number in range(len(contexts))]


def visible_rows(page):
    return page.locator("tr[data-for]:visible").count()


@pytest.mark.parametrize("count", [1, 20, 1000])
def test_numbers_filters_and_search(show, count, tmp_path):
    document = document_of(count)
    page = show(document)
    summary = document["summary"]
    assert (tmp_path / "page0.html").stat().st_size < 5_000_000
    assert page.locator("h1").inner_text() == ("0 of 1 integration is in sync" if count == 1 else f"{summary['in_sync']} of {count} integrations are in sync")
    tiles = {button.get_attribute("data-filter"): int(button.locator("b").inner_text()) for button in page.locator("[data-filter]").all()}
    assert tiles == {status: summary[status] for status in ("in_sync", "drifted", "failed", "unreachable")}
    assert visible_rows(page) == count

    page.click("[data-filter=drifted]")
    assert visible_rows(page) == summary["drifted"]
    page.click("[data-filter=failed]")
    assert visible_rows(page) == summary["drifted"] + summary["failed"]
    page.click("button[type=reset]")
    page.select_option("#kind", "identity_provider")
    page.wait_for_function("document.querySelectorAll('[aria-pressed=true]').length === 0")
    assert visible_rows(page) == sum(entry["kind"] == "identity_provider" for entry in document["drift"])
    page.select_option("#kind", "")
    page.fill("#search", "0006 ISSUER_URI" if count > 1 else "0000 issuer_uri")
    assert visible_rows(page) == 1
    assert page.locator("details:visible").count() == 1
    assert page.locator("#shown").inner_text() == f"1 of {count} integrations shown"
    page.fill("#search", "no such thing")
    assert visible_rows(page) == 0 and page.locator("#nothing").is_visible()


def test_differences_failures_and_markers(show):
    page = show(document_of(20, earlier=document_of(1)))
    found = page.locator("details", has_text="integration_0006").text_content()
    assert "http://www.example.com/other" in found and "http://www.genesys.com/pureengage" in found and "(new secret)" in found and "new" in found
    permissions = page.locator("details", has_text="integration_0007")
    assert permissions.locator(".unwanted").all_text_contents() == ["routing:queue:edit"]
    assert permissions.locator(".missing").count() == 20
    assert "and 10 more" in permissions.text_content() and "(missing)" in permissions.text_content()
    assert "rejects the client_secret" in page.locator("details", has_text="integration_0008").text_content()
    assert page.get_by_role("heading", name="Resolved since nightly").is_visible()


def test_everything_in_sync(show):
    audit = Audit()
    succeed(audit, "only")
    page = show(audit.document(RUN))
    assert page.locator("h1").inner_text() == "The integration is in sync"
    assert page.locator("details").count() == 0 and page.get_by_text("None.").is_visible()


def test_what_was_found_is_shown_as_text_and_never_run(show):
    audit = Audit()
    succeed(audit, "hostile", identity_provider=changed(f"idp {HOSTILE}", {HOSTILE: HOSTILE}, {HOSTILE: "x"}))
    audit.failed(HOSTILE, "genesys.hybrid.purecloud_idp", HOSTILE, {"msg": HOSTILE})
    page = show(audit.document({**RUN, "id": HOSTILE}))
    assert HOSTILE in page.locator("details", has_text="hostile").first.text_content()
    assert page.evaluate("document.images.length") == 0
    assert page.title().startswith(f"Audit {HOSTILE}")


def test_the_policy_stops_what_the_page_does_not_bring(show, browser, tmp_path):
    (*_others, path) = write(document_of(1), tmp_path, "injected")
    text = path.read_text(encoding="utf-8").replace("</main>", "<script>document.title='taken'</script><img src='http://127.0.0.1:1/x'></main>")
    path.write_text(text, encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        refused = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(path.as_uri())
        assert page.title().startswith("Audit nightly")
        assert len([text for text in refused if "Content Security Policy" in text]) == 2, refused


def test_it_works_from_the_keyboard_and_has_names_for_a_screen_reader(show):
    page = show(document_of(60))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the matrix"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("[data-filter=drifted]").get_attribute("aria-pressed") == "true" and visible_rows(page) == 12
    assert page.get_by_label("Search integration, object, attribute or value").count() == 1
    assert page.get_by_label("Drifted or failed in").count() == 1
    assert page.get_by_role("region", name="Integrations").count() == 1
    assert page.get_by_role("status").inner_text() == "12 of 60 integrations shown"
    assert page.get_by_role("rowheader").count() == 12
    page.get_by_role("link", name="integration_0016").press("Enter")
    assert page.locator("details[open] summary").inner_text().startswith("integration_0016")
    page.wait_for_function("document.activeElement.tagName === 'SUMMARY'")


def test_dark_narrow_and_on_paper(show):
    light, dark = (show(document_of(60), color_scheme=scheme) for scheme in ("light", "dark"))
    colours = [page.evaluate("getComputedStyle(document.body).backgroundColor") for page in (light, dark)]
    assert colours == ["rgb(246, 247, 249)", "rgb(18, 22, 29)"]
    narrow = show(document_of(20), viewport={"width": 360, "height": 740})
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 360
    dark.emulate_media(media="print", color_scheme="dark")
    dark.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert dark.locator("details:not([open])").count() == 0
    assert not dark.locator("#tools").is_visible()
    assert dark.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("count", [1, 20, 1000])
def test_the_json_beside_it_has_the_same(show, count, tmp_path):
    page = show(document_of(count))
    document = json.loads((tmp_path / "page0.json").read_text(encoding="utf-8"))
    hosts = page.locator("tr[data-for] th").all_inner_texts()
    assert hosts == [entry["integration"] for entry in document["integrations"]]
    assert page.locator("details tbody tr").count() == len(document["drift"])
