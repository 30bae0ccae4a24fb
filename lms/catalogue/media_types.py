"""What a file of a package is, by its name alone: an allow-list. Nothing else decides how a browser takes it."""

from lms.engines.content.assets import TYPES

UNKNOWN = "application/octet-stream"
PAGES = {"html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "xht": "application/xhtml+xml"}
CODE = {
    "js": "text/javascript",
    "mjs": "text/javascript",
    "css": "text/css",
    "json": "application/json",
    "map": "application/json",
    "webmanifest": "application/manifest+json",
    "wasm": "application/wasm",
    "xml": "text/xml",
    "xsd": "text/xml",
    "xsl": "text/xml",
    "xslt": "text/xml",
    "dtd": "application/xml-dtd",
}
FONTS = {
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
}
MORE = {
    "ico": "image/x-icon",
    "cur": "image/x-icon",
    "bmp": "image/bmp",
    "apng": "image/apng",
    "jfif": "image/jpeg",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "ogv": "video/ogg",
    "aac": "audio/aac",
    "oga": "audio/ogg",
    "flac": "audio/flac",
    "weba": "audio/webm",
    "mpga": "audio/mpeg",
    "srt": "text/plain",
    "md": "text/plain",
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
    "rtf": "application/rtf",
    "zip": "application/zip",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
    "gltf": "model/gltf+json",
    "glb": "model/gltf-binary",
}
OF_PACKAGES = TYPES | PAGES | CODE | FONTS | MORE


def of_package(path: str) -> str:
    """The media type without a character set: pages say their own."""
    return OF_PACKAGES.get(path.rpartition("/")[2].rpartition(".")[2].lower(), UNKNOWN)
