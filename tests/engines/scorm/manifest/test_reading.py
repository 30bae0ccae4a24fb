"""Which manifests become packages, with which warnings, and which are refused and why."""

import pytest

from tests.engines.scorm.manifest.builders import ITEM, RESOURCE, leaf, manifest, messages, package, read

V12 = {"family": "1.2", "version": "1.2"}
RESOURCE12 = RESOURCE.replace("scormType", "scormtype")


@pytest.mark.parametrize(
    ("values", "standard", "edition"),
    [
        ({"family": "1.2", "version": "1.2"}, "scorm-1.2", "1.2"),
        ({"version": "CAM 1.3"}, "scorm-2004-2", "2004-2"),
        ({"version": "2004 3rd Edition"}, "scorm-2004-3", "2004-3"),
        ({"version": "2004 4th Edition"}, "scorm-2004-4", "2004-4"),
        ({"version": "1.2"}, "scorm-2004-3", "2004-3"),
        ({"version": "2004 4th Edition", "family": "1.2"}, "scorm-1.2", "1.2"),
        ({"version": ""}, "scorm-2004-3", "2004-3"),
        ({"version": "", "family": "1.2"}, "scorm-1.2", "1.2"),
        ({"version": "", "family": "plain", "resources": '<resource identifier="r" href="a.html"/>'}, "ims-cp", "1.2"),
    ],
)
def test_the_standard_is_what_is_said_and_used(values: dict[str, str], standard: str, edition: str) -> None:
    found = package(manifest(**values))
    assert (found.standard, found.organization.edition) == (standard, edition)


def test_a_fourth_edition_element_makes_the_fourth_edition() -> None:
    item = ITEM.replace("</item>", '<adlcp:data><adlcp:map targetID="s"/></adlcp:data></item>')
    found = read(manifest(item, version="2004 3rd Edition"))
    assert found.package and found.package.standard == "scorm-2004-4"
    assert any("4th edition" in one for one in messages(found, "warning"))


@pytest.mark.parametrize(
    ("encode", "warned"),
    [
        (lambda text: text.encode("utf-8"), False),
        (lambda text: b"\xef\xbb\xbf" + text.encode("utf-8"), False),
        (lambda text: b"\xff\xfe" + text.encode("utf-16-le"), False),
        (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), False),
        (lambda text: text.encode("utf-16-le"), False),
        (lambda text: text.encode("utf-16-be"), False),
        (lambda text: b'<?xml version="1.0" encoding="UTF-16"?>\n' + text.encode("utf-8"), True),
        (lambda text: b'<?xml version="1.0" encoding="EUC-KR"?>\n' + text.encode("euc-kr"), False),
        (lambda text: b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode("euc-kr"), True),
        (lambda text: b'<?xml version="1.0" encoding="ISO-8859-1"?>\n' + text.encode("utf-8"), True),
        (lambda text: b'<?xml version="1.0" encoding="nonsense"?>\n' + text.encode("utf-8"), True),
    ],
)
def test_korean_in_any_encoding(encode, warned: bool) -> None:  # type: ignore[no-untyped-def]
    found = read(encode(manifest(ITEM.replace("Gowning", "무균 가운 착용 절차 교육"))))
    assert found.package and found.package.organization.root.children[0].title == "무균 가운 착용 절차 교육"
    assert bool(messages(found, "warning")) is warned


def test_a_western_manifest() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + manifest(ITEM.replace("Gowning", "Tenue stérile"))
    assert leaf(text.encode("latin-1")).title == "Tenue stérile"


def test_a_western_manifest_that_does_not_say_so() -> None:
    found = read(manifest(ITEM.replace("Gowning", "Tenue stérile")).encode("latin-1"))
    assert found.package and found.package.organization.root.children[0].title == "Tenue stérile"
    assert "Windows-1252" in messages(found, "warning")[0]


def test_one_folder_down() -> None:
    found = read(manifest(), "course/a.html", at="course/imsmanifest.xml")
    assert found.package and found.package.organization.root.children[0].resource
    assert found.package.organization.root.children[0].resource.href == "course/a.html"
    assert found.package.manifest == "course/imsmanifest.xml"


@pytest.mark.parametrize(
    ("data", "names", "line", "said"),
    [
        ("<manifest><item></manifest>", (), 1, "well-formed"),
        ("<a/>", (), 1, "not with <manifest>"),
        ("", (), 1, "well-formed"),
        ('<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY b "c">]>\n' + manifest(), (), 3, "DOCTYPE"),
        (manifest("\n" + ITEM, RESOURCE.replace("a.html", "../../up.html")), (), 2, "leads out"),
        (manifest(resources="\n\n" + RESOURCE.replace("a.html", "javascript:alert(1)")), (), 3, "leads out"),
        (manifest(resources=RESOURCE.replace("a.html", "C:\\\\x\\\\a.html")), (), 1, "leads out"),
        (manifest(resources=RESOURCE.replace("a.html", "%2e%2e/%2e%2e/x")), (), 1, "leads out"),
        (manifest(items=""), ("b.txt",), 1, "nothing here can be launched"),
        (manifest(), ("b.html",), 1, "nothing here can be launched"),
    ],
)
def test_what_nobody_could_learn_from_is_refused(data: str, names: tuple[str, ...], line: int, said: str) -> None:
    found = read(data, *names)
    errors = [one for one in found.problems if one.severity == "error"]
    assert found.package is None
    assert any(said in one.message for one in errors), found.problems
    assert all(one.path == "imsmanifest.xml" for one in errors)
    assert line in {one.line for one in errors}


def test_no_manifest_and_nothing_at_all() -> None:
    from_folder = read(manifest(), at="a/b/imsmanifest.xml")
    assert "there is no imsmanifest.xml" in from_folder.problems[0].message


@pytest.mark.parametrize(
    ("data", "names", "said"),
    [
        (manifest().replace('default="org"', 'default="gone"'), ("a.html",), "names no organization"),
        (
            manifest(resources=RESOURCE.replace("/>", '><file href="gone.css"/></resource>')),
            ("a.html",),
            "“gone.css” is listed but not in the package",
        ),
        (manifest(ITEM + '<item identifier="b"><title>Heading</title></item>'), ("a.html",), "nothing to launch"),
        (manifest(ITEM + '<item identifier="b" identifierref="x"/>'), ("a.html",), "which is no resource"),
        (manifest(ITEM + ITEM), ("a.html",), "used twice"),
        (manifest(resources=RESOURCE + RESOURCE), ("a.html",), "two resources"),
        (manifest(resources=RESOURCE.replace(' adlcp:scormType="sco"', "")), ("a.html",), "no scormType"),
        (
            manifest(resources=RESOURCE.replace("/>", '><dependency identifierref="x"/></resource>')),
            ("a.html",),
            "dependency “x”",
        ),
        (manifest().replace('xmlns:adlnav="', 'xmlns:other="').replace("<item ", "<item adlnav:x='1' "), ("a.html",),
         "a prefix is used"),
    ],
)  # fmt: skip
def test_where_a_learner_can_still_learn_it_is_a_warning(data: str, names: tuple[str, ...], said: str) -> None:
    found = read(data, *names)
    assert found.package
    assert any(said in one for one in messages(found, "warning")), found.problems


def test_a_hundred_missing_files_are_said_shortly() -> None:
    files = "".join(f'<file href="{n}.png"/>' for n in range(100))
    found = read(manifest(resources=RESOURCE.replace("/>", f">{files}</resource>")))
    assert len(messages(found, "warning")) == 21
    assert any(one.startswith("80 more") for one in messages(found, "warning"))


def test_prefixes_may_be_odd_or_missing() -> None:
    odd = (
        manifest(resources=RESOURCE.replace("adlcp:", "")).replace("<item ", "<i:item ").replace("</item>", "</i:item>")
    )
    odd = odd.replace("<manifest ", '<manifest xmlns:i="http://www.imsglobal.org/xsd/imscp_v1p1" ')
    assert leaf(odd).resource.kind == "sco"  # type: ignore[union-attr]


def test_without_an_organization_the_resources_are_offered() -> None:
    found = read(manifest(organizations="<organizations/>"))
    assert found.package and [one.identifier for one in found.package.organization.root.children] == ["r"]
    assert any("orders nothing" in one for one in messages(found, "warning"))


def test_several_organizations_are_each_a_tree() -> None:
    trees = "".join(f'<organization identifier="{name}"><title>{name}</title>{ITEM}</organization>' for name in "xy")
    found = package(manifest(organizations=f'<organizations default="y">{trees}</organizations>'))
    assert [one.root.identifier for one in found.organizations] == ["x", "y"]
    assert (found.default, found.title) == ("y", "y")


def test_an_item_with_content_and_items_below() -> None:
    both = f'<item identifier="c" identifierref="r"><title>Chapter</title>{ITEM}</item>'
    cluster = package(manifest(both, RESOURCE12, **V12)).organization.root.children[0]
    assert [(one.identifier, one.title) for one in cluster.children] == [("c-content", "Chapter"), ("a", "Gowning")]
    assert cluster.resource is None


def test_a_manifest_inside_stands_under_the_item_that_names_it() -> None:
    inner = (
        '<manifest identifier="inner" xml:base="part/"><organizations default="o"><organization identifier="o">'
        '<item identifier="i" identifierref="ir"><title>Inside</title></item></organization></organizations>'
        '<resources><resource identifier="ir" adlcp:scormType="sco" href="b.html"/></resources></manifest>'
    )
    text = manifest('<item identifier="a" identifierref="inner"><title>Part</title></item>', extra=inner)
    found = package(text, "part/b.html", "a.html")
    assert found.organization.root.children[0].children[0].resource.href == "part/b.html"  # type: ignore[union-attr]


def test_manifests_that_multiply_are_refused() -> None:
    items = "".join(f'<item identifier="i{n}" identifierref="r"/>' for n in range(300))
    inner = (
        f'<manifest identifier="inner"><organizations><organization identifier="o">{items}</organization>'
        "</organizations><resources/></manifest>"
    ).replace('identifierref="r"', 'identifierref="ir"')
    inner = inner.replace("<resources/>", '<resources><resource identifier="ir" href="a.html"/></resources>')
    outer = "".join(f'<item identifier="o{n}" identifierref="inner"/>' for n in range(100))
    found = read(manifest(outer, extra=inner))
    assert found.package is None
    assert any("more than 20,000 items" in one for one in messages(found, "error"))


def test_deep_trees_do_not_exhaust_the_stack() -> None:
    deep = "".join(f'<item identifier="d{n}">' for n in range(200)) + ITEM + "</item>" * 200
    assert leaf(manifest(deep)).identifier == "a"


def test_lom_of_both_bindings() -> None:
    old = (
        '<lom><general><title><langstring xml:lang="ko">가운</langstring><langstring xml:lang="en">Gowning'
        "</langstring></title><language>ko</language></general><educational><typicallearningtime><datetime>00:45:00"
        "</datetime></typicallearningtime></educational></lom>"
    )
    new = (
        '<lom><general><title><string language="en">Gowning</string></title><language>en</language></general>'
        "<educational><typicalLearningTime><duration>PT45M</duration></typicalLearningTime></educational></lom>"
    )
    first, second = package(manifest(metadata=old)).metadata, package(manifest(metadata=new)).metadata
    assert (first.title, first.language) == ({"ko": "가운", "en": "Gowning"}, "ko")
    assert (first.typical_learning_time, second.typical_learning_time) == ("00:45:00", "PT45M")
    assert second.title == {"en": "Gowning"}


def test_external_metadata_of_an_item() -> None:
    item = ITEM.replace("</item>", "<metadata><adlcp:location>meta/a.xml</adlcp:location></metadata></item>")
    lom = b"<lom><general><title><string>Inside</string></title></general></lom>"
    assert package(manifest(item), "a.html", files={"meta/a.xml": lom}).described["a"].title == {"": "Inside"}
    assert any("meta/a.xml" in one for one in messages(read(manifest(item)), "warning"))


def test_external_metadata_with_a_document_type_is_only_a_warning() -> None:
    item = ITEM.replace("</item>", "<metadata><adlcp:location>a.xml</adlcp:location></metadata></item>")
    found = read(manifest(item), "a.html", files={"a.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><lom/>'})
    assert found.package
    assert [one.path for one in found.problems] == ["a.xml"]
