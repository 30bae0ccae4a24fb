"""`python -m tests.conformance --decoded DIR|--suite DIR`: ADL's cases against the product, with the Chromium of the
tests. The program `adl_cts` is found on PYTHONPATH; its arguments are passed on to it."""

import sys

from adl_cts.__main__ import main

from tests import machine

ADAPTER = "tests.conformance.adl_adapter:Cleanroom"


def arguments(given: list[str]) -> list[str]:
    chromium = machine.chromium()
    return ["run", *given, "--adapter", ADAPTER, *(["--chromium", chromium] if chromium else [])]


if __name__ == "__main__":
    sys.argv = ["adl_cts", *arguments(sys.argv[1:])]
    sys.exit(main())
