"""The machine's own part of the fifteen seconds that an intake may take, in a real browser on a running site.

    python -m tests.browser.intake_time --base http://localhost:8000 --logins .sealroom/demo-logins.json

Prints one JSON object: medians and 95th percentiles, in milliseconds, of paste → fields read, Enter → saved
client shown, and copy → answer on the clipboard, over several different clients, who stay in the demo book.
What is left of the fifteen seconds is the agent's: looking, and pressing two keys.
"""

import argparse
import json
import secrets
import statistics
import sys
import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chromium import chromium, new_context
from tests.browser.shots import sign_in

LIMIT = 15_000  # ms for the whole, the agent's part included
ROUNDS, WARM_UP = 20, 2
ROLE = "agent"
STEPS = ("read", "saved", "copied", "all")


def take_in(page: Page, phone: str) -> dict[str, float]:
    """Milliseconds of each step of one intake."""
    page.goto("/clients/intake/")
    marks = [time.perf_counter()]
    # A paste is one `input` event, as `insert_text` makes.
    page.keyboard.insert_text(f"你好，我是李小明，电话 {phone}，微信同号\n想收购一家有资质的公司")
    expect(page.locator("[name=phone]")).to_have_value(f"+86{phone}")
    marks.append(time.perf_counter())
    page.keyboard.press("Enter")
    copy = page.locator("[data-copy]")
    copy.wait_for()
    marks.append(time.perf_counter())
    copy.click()
    answer = page.locator("#reply").input_value()
    page.wait_for_function("async wanted => (await navigator.clipboard.readText()) === wanted", arg=answer)
    marks.append(time.perf_counter())
    taken = [(after - before) * 1000 for before, after in pairwise(marks)]
    return dict(zip(STEPS, (*taken, sum(taken)), strict=True))


def measured(page: Page, rounds: int) -> dict[str, object]:
    """The first rounds warm up the site and are not counted."""
    taken = [take_in(page, f"139{secrets.randbelow(10**8):08}") for _ in range(WARM_UP + rounds)][WARM_UP:]
    times = {step: [one[step] for one in taken] for step in STEPS}
    p95 = statistics.quantiles(times["all"], n=20, method="inclusive")[-1]
    return {
        "name": "intake",
        "value": round(p95),
        "unit": "ms, p95 of paste to copied answer",
        "ratio": round(p95 / LIMIT, 3),
        "against": "15 s, of which the rest is the agent's",
        "median_ms": {step: round(statistics.median(times[step])) for step in STEPS},
        "rounds": rounds,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", default="http://localhost:8000")
    parser.add_argument("--logins", type=Path, default=Path(".sealroom/demo-logins.json"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    logins: list[dict[str, str]] = json.loads(options.logins.read_text())
    login = next(login for login in logins if login["role"] == ROLE)
    with chromium() as browser:
        context = new_context(browser, options.base)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        sign_in(page, login)
        sys.stdout.write(json.dumps(measured(page, options.rounds)) + "\n")
        context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
