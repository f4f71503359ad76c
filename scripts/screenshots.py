"""Makes the README's pictures of the running demonstration in docs/images; needs Chromium.

`make screenshots`: loads the demonstration where it is not there yet, serves it on a free port of this
machine, signs in as three of its people, and takes one picture each.
"""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from procurement.demo.rules import plan
from scripts import demo
from scripts.system import find_chromium

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1200, "height": 1000}


def main() -> int:
    """Take the pictures; the status is that of loading the demonstration where that fails."""
    program = find_chromium()
    if program is None:
        print("Chromium is not on this machine: apt-get install chromium", file=sys.stderr)
        return 1
    status = demo.main()
    if status:
        return status
    IMAGES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "gunicorn"),
        "wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    server = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
            for name, email, walk in (
                ("coverage", "lead.nation", coverage),
                ("bid", plan.plan_suppliers()[0].key, bid),
                ("call-off", "commissioner", call_off),
            ):
                page = browser.new_page(base_url=address, viewport=SIZE)
                page.goto("/sign-in")
                page.get_by_label("Email").fill(f"{email}@{plan.DOMAIN}")
                page.get_by_label("Password", exact=True).fill(plan.PASSWORD)
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_url("**/start")
                walk(page)
                page.screenshot(path=IMAGES / f"{name}.png")
                print(f"docs/images/{name}.png: {page.title()}")
            browser.close()
    finally:
        server.terminate()
        server.wait()
    return 0


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str) -> None:
    """Wait until the site answers, half a minute at most."""
    until = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def coverage(page: Page) -> None:
    """The latest analysis: need area × region."""
    page.goto("/coverage")
    page.locator("main a[href*='/coverage/analyses/']").first.click()
    page.wait_for_load_state()


def bid(page: Page) -> None:
    """A bid in an open call-off: submitted, and until when it may be changed."""
    page.goto("/invitations")
    page.get_by_role("link", name="Money and benefits: London and the East").click()
    page.locator("main a[href*='/bids/']").first.click()
    page.wait_for_load_state()


def call_off(page: Page) -> None:
    """A call-off in evaluation, as its commissioner sees it."""
    page.goto("/commissioning?q=Greater+Manchester")
    page.get_by_role("link", name="Work and learning: Greater Manchester").click()
    page.wait_for_load_state()


if __name__ == "__main__":
    sys.exit(main())
