"""Pictures are what their first bytes say."""

import struct

import pytest

from lms.engines.source.raster import Raster, read_raster

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
JPEG = b"\xff\xd8\xff\xe0\x00\x04xx\xff\xc0\x00\x11\x08" + struct.pack(">HH", 480, 640) + b"\0" * 8
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 640, 480)
WEBP_EXTENDED = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 5 + (639 | 479 << 14).to_bytes(4, "little") + b"\0" * 8

PICTURES = [
    (PNG, Raster("image/png", 640, 480)),
    (JPEG, Raster("image/jpeg", 640, 480)),
    (b"\xff\xd8\xff", Raster("image/jpeg")),
    (GIF, Raster("image/gif", 640, 480)),
    (WEBP_LOSSY, Raster("image/webp", 640, 480)),
    (WEBP_EXTENDED, Raster("image/webp", 640, 480)),
    (WEBP_LOSSLESS, Raster("image/webp", 640, 480)),
    (b"\0\0\0\x1cftypavif", Raster("image/avif")),
    (b"<html>", None),
    (b"", None),
    (b"\x89PNG", None),
]


@pytest.mark.parametrize(("data", "expected"), PICTURES)
def test_a_picture_is_known_by_its_bytes(data, expected):
    assert read_raster(data) == expected
