"""Jinja as Flask sets it up, with fewer questions asked at each call and each import of a macro."""

from collections.abc import MutableMapping
from types import FunctionType
from typing import Any

from flask.templating import Environment as FlaskEnvironment
from jinja2.runtime import Context, Macro


class QuickContext(Context):
    """Calls macros and plain functions as they are.

    Jinja looks four times at each callable, for it might want the context as its first argument.
    """

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        if type(__obj) is Macro or (type(__obj) is FunctionType and not hasattr(__obj, "jinja_pass_arg")):
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(*args, **kwargs)
        return super().call(__obj, *args, **kwargs)


class Environment(FlaskEnvironment):
    context_class = QuickContext

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The one dictionary for all: templates are loaded after it is complete and add nothing of their own.

        Jinja would chain a dictionary to it for each template, and compare all keys of two chains at every import.
        """
        return super().make_globals(d) if d else self.globals
