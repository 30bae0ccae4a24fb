"""Video, audio, pictures and drawings: what the page loads, and what it weighs."""

import pytest

from .samples import FILES, SVG, load, marked, told

VIDEO = """\
---
title: Seen
minutes: 2
---

:::video
src: assets/hands.mp4
low: assets/hands-low.mp4
title: Washing <hands>
captions: {en: assets/hands.vtt}
transcript: assets/hands.md
:::
"""
MEDIA = {
    "extra/more.md": VIDEO,
    "assets/hands.mp4": b"m" * 2_500_000,
    "assets/hands-low.mp4": b"m" * 400_000,
    "assets/hands.vtt": "WEBVTT\n",
    "assets/hands.md": "First *wet* the hands.\n",
}


@pytest.fixture(scope="module")
def text():
    loaded = load(MEDIA)
    assert told(loaded) == []
    return loaded.course.activities[-1].texts["en"]


def test_a_video_loads_nothing_before_it_is_played(text):
    assert '<video controls preload="none" aria-label="Washing &lt;hands&gt;">' in text.html
    assert 'type="video/mp4"><track kind="captions"' in text.html
    assert 'srclang="en" label="Captions (en)"' in text.html


def test_its_cost_and_its_smaller_file_are_told(text):
    assert "Washing &lt;hands&gt; (2.5 MB)" in text.html
    assert "Smaller file for a slow line</a> (0.4 MB)" in text.html


def test_its_words_are_there_without_it(text):
    assert "<summary>Transcript</summary>\n<p>First <em>wet</em> the hands.</p>" in text.html


def test_media_are_weighed_apart(text):
    assert text.media_bytes == 2_500_000 + len("WEBVTT\n")
    assert text.bytes == len(text.html.encode())


def test_its_files_are_assets(text):
    assert text.assets == ("assets/hands-low.mp4", "assets/hands.mp4", "assets/hands.vtt")


MISTAKES = [
    ("src: assets/hands.mp4", "src: ‸assets/hand.mp4", 'error: there is no file "assets/hand.mp4"; did you mean'),
    ("src: assets/hands.mp4", "src: ‸assets/hands.vtt", 'error: "assets/hands.vtt" cannot be used here'),
    ("src: assets/hands.mp4\nlow", "‸low", 'error: "src" is missing'),
    (":::video", ":::video ‸Hands", "error: write the title inside, as title: Hands"),
    ("{en: assets/hands.vtt}", "{‸english: assets/hands.vtt}", 'error: "english" is no language'),
    ("{en: assets/hands.vtt}", "{en: ‸../hands.vtt}", 'error: "../hands.vtt" holds ".."'),
    ("transcript: assets/hands.md", "transcript: ‸assets/gone.md", 'error: there is no file "assets/gone.md"'),
    ("transcript: assets/hands.md", "transcript: Words ‸<b>here", "warning: HTML is shown as text: <b>"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_a_mistake_in_a_video_is_told_at_its_place(old, new, expected):
    text, place = marked(VIDEO.replace(old, new, 1))
    lines = told(load({**MEDIA, "extra/more.md": text}))
    assert any(line.startswith(f"modules/clean/extra/more.md:{place}: {expected}") for line in lines), (place, lines)


def test_a_video_needs_captions():
    lines = told(load({**MEDIA, "extra/more.md": VIDEO.replace("captions: {en: assets/hands.vtt}\n", "")}))
    assert "modules/clean/extra/more.md:7:1: error: the video has no captions; add captions: {en: …vtt}" in lines


def test_a_mistake_in_a_transcript_is_told_in_its_own_file():
    lines = told(load({**MEDIA, "assets/hands.md": "a\nb [x](javascript:y)\n"}))
    assert any(line.startswith("modules/clean/assets/hands.md:2:3: error: links may begin with") for line in lines)


def png(width: int, height: int, size: int = 100) -> bytes:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return head + b"\0" * (size - len(head))


def picture(path: str) -> dict[str, str]:
    return {"extra/more.md": f'---\ntitle: x\nminutes: 1\n---\n\n![A room]({path} "Room")\n'}


def test_a_picture_is_loaded_when_it_is_near_with_its_size():
    loaded = load({**picture("assets/room.png"), "assets/room.png": png(640, 480)})
    text = loaded.course.activities[-1].texts["en"]
    assert 'alt="A room" width="640" height="480" loading="lazy" decoding="async">' in text.html
    assert text.bytes == len(text.html.encode()) + 100


def test_a_file_whose_name_lies_is_refused():
    lines = told(load({**picture("assets/room.jpg"), "assets/room.jpg": png(1, 1)}))
    assert "the name says .jpg, but the file is image/png" in lines[0]


def test_a_page_that_is_too_heavy_is_refused():
    lines = told(load({**picture("assets/room.png"), "assets/room.png": png(1, 1, 300_000)}))
    expected = "modules/clean/extra/more.md:1:1: error: the page is 301 kB with its pictures; 300 kB is the most"
    assert [line[: len(expected)] for line in lines] == [expected]


BIG = SVG.replace("<rect", f"<path d='M0 0{' L1 1' * 2_500}'/><rect")


def test_a_large_drawing_is_a_file_and_warned_of():
    loaded = load({**picture("assets/big.svg"), "assets/big.svg": BIG})
    assert any("assets/big.svg:1:1: warning: the drawing is 13 kB; up to 12 kB" in line for line in told(loaded))
    text = loaded.course.activities[-1].texts["en"]
    assert "assets/big.svg" in text.html and "<path" not in text.html
    assert text.bytes > 12_000


def test_a_drawing_served_as_a_file_is_the_clean_copy():
    loaded = load(
        {**picture("assets/big.svg"), "assets/big.svg": BIG.replace("<rect", "<!-- secret --><rect data-x='1'")}
    )
    assert b"secret" not in loaded.course.assets["assets/big.svg"].data
    assert b"data-x" not in loaded.course.assets["assets/big.svg"].data


def test_the_same_drawing_twice_has_different_ids():
    marker = SVG.replace("<rect", '<defs><marker id="a"/></defs><rect')
    source = FILES["people/source.md"].replace("Read on", "![Again](assets/air.svg)\n\nRead on")
    html = load({"people/source.md": source, "assets/air.svg": marker}).course.activities[0].texts["en"].html
    assert html.count('id="f1-a"') == html.count('id="f2-a"') == 1
