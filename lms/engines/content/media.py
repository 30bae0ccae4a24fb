"""`:::video` and `:::audio`: nothing is fetched before play, and the words are there without it."""

import re
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from lms.engines.content.assets import AUDIO, CAPTIONS, VIDEO
from lms.engines.content.fit import fit
from lms.engines.content.model import Asset
from lms.engines.content.schema.common import LANGUAGE
from lms.engines.content.schema.lesson import MediaBody
from lms.engines.content.sheet import Sheet
from lms.engines.source.address import BadAddress, folder_path
from lms.engines.source.encoding import decode
from lms.engines.source.labels import label
from lms.engines.source.markdown import MOST_TEXT, Writer
from lms.engines.source.problem import Origin
from lms.engines.source.surroundings import Directive
from lms.engines.source.yaml import Path

if TYPE_CHECKING:
    from lms.engines.content.lesson_around import LessonAround

FILE = re.compile(r"\S+\.(md|txt)")


def write_media(directive: Directive, sheet: Sheet, writer: Writer, around: "LessonAround") -> str:
    body = fit(sheet, MediaBody)
    kinds = VIDEO if directive.name == "video" else AUDIO
    if directive.argument:
        writer.error(directive.argument_at, f"write the title inside, as title: {directive.argument}")
    source = _file(body.src, ("src",), sheet, around, kinds)
    low = _file(body.low, ("low",), sheet, around, kinds)
    tracks = _tracks(body, directive, sheet, around)
    transcript = _transcript(body, directive, sheet, around)
    if source is None:
        return ""
    around.media[body.src] = len(source.data)
    return _markup(directive, body, source, low, tracks, transcript, writer, around)


def _markup(
    directive: Directive,
    body: MediaBody,
    source: Asset,
    low: Asset | None,
    tracks: str,
    transcript: str,
    writer: Writer,
    around: "LessonAround",
) -> str:
    tag, title = directive.name, escape(body.title)
    address = escape(around.assets.url(folder_path(body.src), source))
    player = (
        f'<{tag} controls preload="none" aria-label="{title}">'
        f'<source src="{address}" type="{source.media_type}">{tracks}</{tag}>'
    )
    smaller = ""
    if low:
        lower = escape(around.assets.url(folder_path(body.low), low))
        smaller = f'<p class="media-low"><a href="{lower}">{writer.label("low")}</a> ({_size(low, writer)})</p>'
    return (
        f'<figure class="media" id="{directive.block_id}" data-media="{tag}">{player}'
        f"<figcaption><strong>{writer.label(tag)}.</strong> {title} ({_size(source, writer)})</figcaption>{smaller}"
        f'<details class="transcript"><summary>{writer.label("transcript")}</summary>\n{transcript}</details></figure>'
    )


def _file(written: str, where: Path, sheet: Sheet, around: "LessonAround", kinds: dict[str, str]) -> Asset | None:
    if not written:
        return None
    try:
        path = folder_path(written)
    except BadAddress as error:
        sheet.error(where, str(error))
        return None
    asset = around.assets.use(path, partial(sheet.error, where), kinds)
    if asset:
        around.paths.add(path)
    return asset


def _tracks(body: MediaBody, directive: Directive, sheet: Sheet, around: "LessonAround") -> str:
    if directive.name == "video" and not body.captions:
        sheet.error((), "the video has no captions; add captions: {en: …vtt}")
    parts = []
    for language, written in body.captions.items():
        where = ("captions", language)
        if not LANGUAGE.fullmatch(language):
            sheet.key_error(where, f'"{language}" is no language; write a code such as en, ko, fr')
        elif asset := _file(written, where, sheet, around, CAPTIONS):
            around.media[written] = len(asset.data)
            address = escape(around.assets.url(folder_path(written), asset))
            name = escape(label(language, "captions").format(language))
            parts.append(f'<track kind="captions" src="{address}" srclang="{language}" label="{name}">')
    return "".join(parts)


def _transcript(body: MediaBody, directive: Directive, sheet: Sheet, around: "LessonAround") -> str:
    writer = around.writer
    prefix = f"{directive.block_id}-"
    if not FILE.fullmatch(body.transcript):
        inside = Writer(writer.path, writer.problems, around, writer.locale, prefix=prefix)
        return inside.blocks(body.transcript, sheet.origin(("transcript",)))
    try:
        path = folder_path(body.transcript)
    except BadAddress as error:
        sheet.error(("transcript",), str(error))
        return ""
    folder = around.assets.folder
    if path not in folder.files:
        sheet.error(("transcript",), f'there is no file "{path}"')
        return ""
    around.assets.note_read(path)
    text = decode(folder.files[path], folder.full(path), writer.problems, most=MOST_TEXT)
    there = around.elsewhere(folder.full(path))
    return Writer(there.path, writer.problems, there, writer.locale, prefix=prefix).blocks(text or "", Origin())


def _size(asset: Asset, writer: Writer) -> str:
    megabytes = f"{max(len(asset.data) / 1_000_000, 0.1):.1f}".replace(".", label(writer.locale, "point"))
    return f"{megabytes} MB"
