"""What in a piece of HTML could act, found by parsing it as a browser does."""

import re

import html5lib

FORBIDDEN = {"script", "iframe", "object", "embed", "form", "style", "link", "meta", "base", "foreignobject", "animate"}
FORBIDDEN |= {"set", "frame", "applet", "noscript", "template", "portal", "handler", "textarea", "select"}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "poster", "data", "srcset", "background"}
HARMLESS = re.compile(r"(https?://[^/]|mailto:|#|[\w./-]*$)", re.IGNORECASE)


def dangers(markup: str) -> list[str]:
    found = []
    for node in html5lib.parseFragment(markup, namespaceHTMLElements=False).iter():
        if not isinstance(node.tag, str):
            continue
        tag = node.tag.rpartition("}")[2].lower()
        if tag in FORBIDDEN:
            found.append(f"<{tag}>")
        for key, value in node.attrib.items():
            name = (key if isinstance(key, str) else str(key)).rpartition("}")[2].lower()
            if name.startswith("on") or name in ("style", "srcdoc"):
                found.append(f"{tag} {name}")
            if name in ADDRESSES and (value.startswith("//") or not HARMLESS.match(value)):
                found.append(f"{tag} {name}={value}")
    return found
