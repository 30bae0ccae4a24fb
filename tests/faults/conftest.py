"""The long tests of `make verify`; they run the product as the browser tests do."""

from tests.browser.conftest import alice, browser, complaints, new_context, server, trainee

__all__ = ["alice", "browser", "complaints", "new_context", "server", "trainee"]
