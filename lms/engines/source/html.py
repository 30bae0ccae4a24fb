"""Tokens of the dialect as HTML. What needs judgement is asked of the writer, which collects the problems."""

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from lms.engines.source.mathematics import BadFormula, mathml


class Html(RendererHTML):
    """Methods are named by token type; markdown-it finds them by name."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        writer, token = env["writer"], tokens[idx]
        href, at = str(token.attrGet("href") or ""), token.meta["at"]
        link = writer.outline.inside(href, at) if href.startswith("#") else writer.around.link(href, at)
        # The closing tag has to fit, and Markdown does not nest links.
        env["after"] = link.after if link else ""
        if link is None:
            return '<a class="broken">'
        names = "".join(f' {name}="{escape(value)}"' for name, value in link.attributes.items())
        empty = tokens[idx + 1].type == "link_close"
        if empty and not link.before:
            writer.error(at, "the link has no words; write between the [ ] where it leads")
        return f"<a{names}>{escape(link.before.removesuffix(', ') if empty else link.before)}"

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"{escape(env.pop('after', ''))}</a>"

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        writer = env["writer"]
        return writer.slot(writer.picture(tokens[idx]), "span")

    def figure(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        writer, token = env["writer"], tokens[idx]
        picture = token.children[0]
        writer.figures += 1
        drawn = writer.picture(picture)
        number = f"<strong>{writer.label('figure').format(writer.figures)}</strong>" if writer.whole else ""
        caption = f"{number} {writer.nested(token.meta['caption'])}".strip()
        parts = [f'<div class="drawing">{drawn}</div>']
        if caption:
            parts.append(f"<figcaption>{caption}</figcaption>")
        if described := token.meta.get("describe"):
            text = writer.nested(described)
            parts.append(f'<details class="describe"><summary>{writer.label("describe")}</summary>\n{text}</details>')
        return writer.slot(f'<figure{self.renderAttrs(token)} class="figure">{"".join(parts)}</figure>') + "\n"

    def stray(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        report = getattr(env["writer"], token.meta["severity"])
        report(token.meta["at"], token.meta["message"])
        return escape(token.content, quote=False)

    def fault(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["writer"].error(tokens[idx].meta["at"], tokens[idx].meta["message"])
        return ""

    def directive(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        writer = env["writer"]
        return writer.slot(writer.directive(tokens[idx])) + "\n"

    def callout_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        writer, token = env["writer"], tokens[idx]
        name = token.meta["name"]
        kind = f"<strong>{writer.label(name)}</strong>"
        title = f" {writer.argument(token)}" if token.meta["argument"] else ""
        return f'<aside class="callout {name}">\n<p class="callout-title">{kind}{title}</p>\n'

    def math_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _formula(tokens[idx], env, block=False)

    def math_inline_double(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _formula(tokens[idx], env, block=True)

    def math_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        return f'<div class="math"{self.renderAttrs(token)}>{_formula(token, env, block=True)}</div>\n'

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        named = f' class="language-{escape(language)}"' if language else ""
        return f"<pre{self.renderAttrs(token)}><code{named}>{escape(token.content, quote=False)}</code></pre>\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A wide table scrolls in a region of its own, which the keyboard must reach and a reader must name."""
        writer = env["writer"]
        writer.tables += 1
        name = writer.label("table").format(writer.tables)
        region = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{name}">'
        return f"{region}<table{self.renderAttrs(tokens[idx])}>\n"

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        meta = tokens[idx].meta
        number = meta["id"] + 1
        env["writer"].outline.footnote(meta["at"])
        return (
            f'<sup><a class="footnote-ref" id="fnref{number}-{meta["subId"]}" href="#fn{number}">[{number}]</a></sup>'
        )

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<section class="footnotes"><h2>{env["writer"].label("footnotes")}</h2>\n<ol>\n'

    def footnote_block_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<li id="fn{tokens[idx].meta["id"] + 1}">'

    def footnote_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        meta = tokens[idx].meta
        back = env["writer"].label("back")
        return f' <a class="footnote-back" href="#fnref{meta["id"] + 1}-{meta["subId"]}" aria-label="{back}">↑</a>'


def _formula(token: Token, env: Any, *, block: bool) -> str:
    try:
        return mathml(token.content, block=block)
    except BadFormula as error:
        env["writer"].error(token.meta["at"], str(error))
        return f"<code>{escape(token.content, quote=False)}</code>"
