"""Jinja as Flask sets it up, with fewer questions asked at each call, each value and each import of a macro."""

from collections.abc import MutableMapping
from types import FunctionType, MethodType
from typing import Any

from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape


class QuickContext(Context):
    """Calls macros, functions and methods as they are.

    Jinja looks four times at each callable, for it might want the context as its first argument.
    """

    def call(__self, __obj: Any, *args: Any, _block_vars: Any = None, _loop_vars: Any = None, **kwargs: Any) -> Any:
        kind = type(__obj)
        if kind is Macro or ((kind is FunctionType or kind is MethodType) and not hasattr(__obj, "jinja_pass_arg")):
            return __obj(*args, **kwargs)
        return super().call(__obj, *args, _block_vars=_block_vars, _loop_vars=_loop_vars, **kwargs)


class Writer(CodeGenerator):
    """Templates whose markup, most of which macros made, goes out as it is and is not made into markup again."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


def _escaped(value: Any) -> str:
    return value if type(value) is Markup else escape(value)


class Environment(FlaskEnvironment):
    context_class = QuickContext
    code_generator_class = Writer
    escaped = staticmethod(_escaped)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The one dictionary for all: templates are loaded after it is complete and add nothing of their own.

        Jinja would chain a dictionary to it for each template, and compare all keys of two chains at every import.
        """
        return super().make_globals(d) if d else self.globals
