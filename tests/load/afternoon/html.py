"""The report as one page that needs nothing else; it reads the JSON and decides nothing."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

Json = dict[str, Any]

STYLE = """
:root { color-scheme: light dark; --floor: #F2F6F6; --sheet: #FFF; --line: #C9D5D8; --ink: #12232A; --ink-2: #465960;
  --accent: #0B5A6F; --bar: #24748A; --done: #14653A; --bad: #A4211B; --wait: #7A4A00; }
@media (prefers-color-scheme: dark) { :root { --floor: #0C1417; --sheet: #142025; --line: #33474F; --ink: #E8F0F2;
  --ink-2: #A8BBC2; --accent: #72CBDD; --bar: #46A3B8; --done: #7BD69C; --bad: #FF9D94; --wait: #F2BE5C; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--floor); color: var(--ink); line-height: 1.5;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 .5rem; } h1 { margin-top: 0; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: .25rem 1.25rem 1.25rem;
  margin: 1.5rem 0; }
p { max-width: 70ch; margin: .5rem 0; } .muted, table caption { color: var(--ink-2); }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: .75rem 0; min-width: 30rem; }
table caption { text-align: start; padding: .25rem 0; }
th, td { padding: .3rem .75rem .3rem 0; text-align: end; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: start; white-space: normal; }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 1rem 0; } dt { color: var(--ink-2); font-size: .875rem; }
dd { margin: 0; font-size: 1.375rem; font-weight: 650; } .good { color: var(--done); } .bad { color: var(--bad); }
figure { margin: .75rem 0; } figcaption { color: var(--ink-2); font-size: .875rem; }
svg { width: 100%; height: auto; min-height: 5rem; display: block; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
"""
KIND_HEAD = ("Kind", "requests", "p50 ms", "p95 ms", "p99 ms", "longest", "errors", "bytes sent", "received")
COST_HEAD = ("Kind", "measured", "CPU ms web", "CPU ms database", "statements")
RATIO_HEAD = ("What", "times bare", "web alone", "CPU ms web", "database", "bare web", "bare database")


def page(report: Json) -> str:
    about, told = report["about"], report["summary"]
    ran = f"{escape(about['at'])}, {about['cores']} cores, Python {escape(about['python'])}"
    facts = _facts(
        [
            ("errors", told["errors"], told["errors"] == 0),
            ("lost", told["lost"], told["lost"] == 0),
            ("doubled", told["doubled"], told["doubled"] == 0),
            ("acknowledged acts", told["acknowledged"], None),
            ("p95 of the worst scenario, ms", told["p95_ms"], None),
            ("p99, ms", told["p99_ms"], None),
            ("saving, times bare", told["ratio_save"], None),
            ("a lesson, times bare", told["ratio_view"], None),
            ("a post of a launch, times bare", told["ratio_launch"], None),
            ("a whole launch, times one bare", told["ratio_launch_whole"], None),
            ("requests a second", told["requests_per_s"], None),
            ("largest web process, MB", told["memory_mb"], None),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Load report</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f'<body><main><h1>Load report</h1><p class="muted">{ran}; the client ran on the same machine.<br>'
        f"<code>{escape(about['command'])}</code></p>{facts}{''.join(map(_database, report['databases']))}"
        "</main></body></html>\n"
    )


def _facts(facts: Iterable[tuple[str, Any, bool | None]]) -> str:
    rows = [
        f"<div><dt>{escape(name)}</dt><dd{_tone(good)}>{'–' if value is None else escape(f'{value}')}</dd></div>"
        for name, value, good in facts
    ]
    return f"<dl>{''.join(rows)}</dl>"


def _tone(good: bool | None) -> str:
    return "" if good is None else ' class="good"' if good else ' class="bad"'


def _database(one: Json) -> str:
    parts = [_head(one), *(_scenario(found["title"], found["about"], found) for found in one["scenarios"])]
    if one["sustained"]:
        about = "sixteen requests are always under way; times are from when each was sent"
        parts.append(_scenario("Without a pause", about, one["sustained"]))
    if one["ratios"]:
        names = ("name", "ratio", "ratio_web", "web_ms", "database_ms", "bare_web_ms", "bare_database_ms")
        caption = "CPU beside a bare Flask route on the same database, in turns, one web worker"
        parts.append(_titled("Beside the bare route", _rows(caption, RATIO_HEAD, names, one["ratios"])))
    if one["costs"]:
        rows = [{"name": kind} | cost for kind, cost in one["costs"].items()]
        caption = "One request at a time, the median of each kind; statements are the database's, without transactions"
        names = ("name", "measured", "web_ms", "database_ms", "statements")
        parts.append(_titled("What a request costs", _rows(caption, COST_HEAD, names, rows)))
    return "".join(parts)


def _titled(title: str, body: str) -> str:
    return f"<section><h3>{escape(title)}</h3>{body}</section>"


def _head(one: Json) -> str:
    judged = one["verdict"]
    how = f"{escape(one['durable'])}; {one['people']} people, everything {one['speed']:g} times as fast as people"
    return (
        f"<h2>{escape(one['database'])}</h2><p class='muted'>{how}; seed {one['seed']}.</p>"
        f"<p>{judged['acknowledged']} acts were acknowledged and compared with the database afterwards:"
        f" <b{_tone(not judged['lost'])}>{judged['lost']} lost</b>,"
        f" <b{_tone(not judged['doubled'])}>{judged['doubled']} doubled</b>."
        f" {judged['not_taken_as_sent']} were not taken as they were sent, and the page was told why.</p>"
        f"{_list(judged['examples'] + judged['not_taken_examples'])}"
    )


def _scenario(title: str, about: str, one: Json) -> str:
    rows = [{"name": kind} | facts for kind, facts in one["kinds"].items()]
    names = ("name", "requests", "p50_ms", "p95_ms", "p99_ms", "most_ms", "errors", "sent_bytes", "received_bytes")
    facts = _facts(
        [
            ("requests", one["requests"], None),
            ("a second", one["requests_per_s"], None),
            ("at most", one["most_requests_per_s"], None),
            ("p50 ms", one["p50_ms"], None),
            ("p95 ms", one["p95_ms"], None),
            ("p99 ms", one["p99_ms"], None),
            ("errors", one["errors"], one["errors"] == 0),
        ]
    )
    return _titled(
        title,
        f"<p class='muted'>{escape(about[:1].upper() + about[1:])}.</p>{facts}<p>{_used(one)}</p>"
        f"{_curve(one['series'])}{_list(one['examples'])}{_rows('By kind of request', KIND_HEAD, names, rows)}",
    )


def _used(one: Json) -> str:
    memory, cpu = one["memory_mb"], one["cpu_s"]
    return (
        f"CPU of a request: web {one['web_ms']} ms, database {one['database_ms']} ms, worker {one['worker_ms']} ms,"
        f" proxy {one['proxy_ms']} ms, client {one['client_ms']} ms. In {one['seconds']} s they used {cpu['web']},"
        f" {cpu['database']}, {cpu['worker']} and {cpu['proxy']} s. The largest web process held {memory['before']} MB"
        f" before, {memory['after']} MB after and {memory['most']} MB at most. {one['sent_mb']} MB were sent and"
        f" {one['received_mb']} MB received over {one['lines']} lines, {one['most_lines']} of them at once."
        f" {one['busy']} answers said that the server is busy."
    )


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li><code>{escape(line)}</code></li>' for line in lines)}</ul>" if lines else ""


def _rows(caption: str, head: Sequence[str], names: Sequence[str], rows: Iterable[Json]) -> str:
    top = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(row[name]))}</td>' for name in names)}</tr>" for row in rows)
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _curve(series: Sequence[Json]) -> str:
    """Requests a second as bars, their p95 as a line; the numbers stand in the tables."""
    if len(series) < 2:
        return ""
    most, slowest = max(one["rate"] for one in series) or 1, max(one["p95_ms"] for one in series) or 1
    width = 900 / len(series)
    bars = "".join(
        f'<rect x="{n * width:.1f}" y="{130 - 110 * one["rate"] / most:.1f}" width="{max(1, width - 1):.1f}"'
        f' height="{110 * one["rate"] / most:.1f}" fill="var(--bar)" opacity=".45"/>'
        for n, one in enumerate(series)
    )
    line = " ".join(
        f"{(n + 0.5) * width:.1f},{130 - 110 * one['p95_ms'] / slowest:.1f}" for n, one in enumerate(series)
    )
    words = f"Bars: requests a second, at most {most:g}. Line: p95, at most {slowest:g} ms. {series[-1]['at_s']:g} s."
    return (
        f'<figure><svg viewBox="0 0 900 130" role="img" aria-label="{escape(words)}">{bars}'
        f'<polyline points="{line}" fill="none" stroke="var(--wait)" stroke-width="2"/>'
        '<line x1="0" y1="130" x2="900" y2="130" stroke="var(--line)"/></svg>'
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )
