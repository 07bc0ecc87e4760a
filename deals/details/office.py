"""An office file of today (OOXML: Word, Excel, PowerPoint) without what it says about its making.

Its description is parts of their own, which are left out. Who wrote a comment or a tracked change, and on
whose disk the file lay, stands among the content: the names go, comments and changes stay. All other parts
go over byte for byte, but for the pictures and office files within, which are cleaned like those outside.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO
from zlib import error as ZlibError

from lxml import etree

from deals.details import pictures
from deals.details.faults import Damaged, Locked, Signed

MOST_PARTS = 10_000
MOST_UNPACKED = 512 * 1024**2  # bytes
NOBODY = "Author"  # what Word itself writes when it removes names
_DEEPEST = 3  # office files within each other
_PACKED = (".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm")
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
# ECMA-376, part 2, and what Office has added: the last words of a relation's type.
_DESCRIPTIONS = (
    "/core-properties",
    "/extended-properties",
    "/extendedProperties",  # in the strict form
    "/custom-properties",
    "/customProperties",
    "/thumbnail",
    "/classificationlabels",
)
_THEIR_FOLDERS = ("docprops/", "docmetadata/")
_TEMPLATE = "/attachedTemplate"  # a path on the author's disk
_PEOPLE = re.compile(
    r"word/(glossary/)?[^/]+\.xml|xl/(workbook|comments\d*|persons/[^/]+|revisions/[^/]+)\.xml|xl/comments/[^/]+\.xml"
    r"|xl/persons/[^/]+|ppt/(commentAuthors|authors)\.xml"
)
_NAMES = {"author": NOBODY, "initials": "A", "userName": NOBODY, "displayName": NOBODY, "userId": NOBODY}
_AUTHORS = {
    "cmAuthor": "name",
    "userInfo": "name",
    "author": "name",
}  # elements whose plain `name` is a person
_DROPPED = {"presenceInfo", "absPath", "attachedTemplate"}


def without_details(file: BinaryIO, depth: int = 0) -> bytes:
    """Raises Damaged, Locked, Signed."""
    try:
        with zipfile.ZipFile(file) as source:
            return _written(source, _checked(source), depth)
    except (zipfile.BadZipFile, ZlibError, etree.XMLSyntaxError, KeyError, ValueError, NotImplementedError):
        raise Damaged from None


def _checked(source: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    parts = source.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Locked
    if any(name.startswith("_xmlsignatures/") for name in names):
        raise Signed
    if len(parts) > MOST_PARTS or len(names) < len(parts) or _TYPES not in names or _RELATIONS not in names:
        raise Damaged
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Damaged
    return parts


def _written(source: zipfile.ZipFile, parts: list[zipfile.ZipInfo], depth: int) -> bytes:
    relations = _parsed(source.read(_RELATIONS))
    dropped = set(_drop(relations, _DESCRIPTIONS, _THEIR_FOLDERS))
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in parts:
            name = part.filename
            if _folded(name) in dropped or _folded(name).startswith(_THEIR_FOLDERS):
                continue
            if name == _RELATIONS:
                data = _bytes(relations)
            elif name == _TYPES:
                data = _without_types(source.read(name), dropped)
            else:
                data = _cleaned(name, source.read(name), depth)
            entry = zipfile.ZipInfo(name)  # of no time
            entry.compress_type = part.compress_type
            made.writestr(entry, data)
    return out.getvalue()


def _drop(relations: etree._Element, kinds: tuple[str, ...], folders: tuple[str, ...] = ()) -> Iterator[str]:
    """Remove the relations of these kinds or into these folders; the names of the parts that they lead to."""
    for relation in list(relations.iterchildren(etree.Element)):
        target = _folded(relation.get("Target", ""))
        if relation.get("Type", "").endswith(kinds) or target.startswith(folders):
            relations.remove(relation)
            yield target


def _folded(name: str) -> str:
    """Names of parts are compared without case (ECMA-376, part 2)."""
    return name.lstrip("/").casefold()


def _without_types(data: bytes, dropped: set[str]) -> bytes:
    types = _parsed(data)
    for each in list(types.iterchildren(etree.Element)):
        name = _folded(each.get("PartName", ""))
        if name in dropped or name.startswith(_THEIR_FOLDERS):
            types.remove(each)
    return _bytes(types)


def _cleaned(name: str, data: bytes, depth: int) -> bytes:
    if pictures.cleaner_of(data):
        return pictures.without_details(data)
    if name.lower().endswith(_PACKED):
        if depth == _DEEPEST:
            raise Damaged
        return without_details(BytesIO(data), depth + 1)
    if name == "word/_rels/settings.xml.rels":
        relations = _parsed(data)
        list(_drop(relations, (_TEMPLATE,)))
        return _bytes(relations)
    return _without_people(data) if _PEOPLE.fullmatch(name) else data


def _without_people(data: bytes) -> bytes:
    root = _parsed(data)
    for element in list(root.iter(etree.Element)):
        tag = etree.QName(element).localname
        if tag in _DROPPED and element.getparent() is not None:
            element.getparent().remove(element)
            continue
        if tag == "author" and not len(element) and element.text:
            element.text = NOBODY
        for key in list(element.attrib):
            plain = etree.QName(key).localname
            if plain in _NAMES:
                element.set(key, _NAMES[plain])
            elif _AUTHORS.get(tag) == key:
                element.set(key, NOBODY)
    return _bytes(root)


def _parsed(data: bytes) -> etree._Element:
    """Without entities, files and network. Raises Damaged for what would need them."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise Damaged
    return root


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)  # type: ignore[no-any-return]
