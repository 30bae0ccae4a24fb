"""`python -m tests.simulator 4711` tells the story of a seed; `python -m tests.simulator 1 1000` tries all of these."""

import sys

from playwright.sync_api import sync_playwright

from tests import machine
from tests.browser.conftest import ARGUMENTS
from tests.simulator.run import play


def main(first: int, last: int) -> int:
    """1 when something did not hold."""
    found = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=list(ARGUMENTS))
        for end in play(browser.new_page(), range(first, last + 1), tracing=first == last):
            print("\n".join(end.story), end="\n" * bool(end.story))
            if end.problems:
                found += 1
                print(f"{end.seed}: {'; '.join(end.problems)}", flush=True)
        browser.close()
    print(f"{last - first + 1} stories, {found} with problems.")
    return bool(found)


if __name__ == "__main__":
    seeds = [int(text) for text in sys.argv[1:]] or [1, 1000]
    sys.exit(main(seeds[0], seeds[-1]))
