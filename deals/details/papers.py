"""A PDF without what it says about its making.

The objects that the document is made of are written anew, one by one, their streams byte for byte: pages
stay what they are. What no page needs is not reached and so left out: the file's own description, earlier
revisions, what an editor left behind.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from deals.details import pictures
from deals.details.faults import Damaged, Locked, Signed

MOST_OBJECTS = 1_000_000
_DEEPEST = 100  # dictionaries and arrays within one object

# Of any dictionary: an editor's private data, and who made a layer.
_PRIVATE = ("/PieceInfo", "/CreatorInfo")
_SIGNATURES = {"/Sig", "/DocTimeStamp"}

Number = tuple[int, int]  # of an object, and its generation


def without_details(file: BinaryIO) -> bytes:
    """The document as it looks and behaves, and nothing else. Raises Damaged, Locked, Signed."""
    try:
        reader = PdfFileReader(file, strict=False)
        if reader.encrypted:
            raise Locked
        return _written(reader)
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise Damaged from None


def _written(reader: PdfFileReader) -> bytes:
    out, places = BytesIO(), {}
    major, minor = reader.input_version
    out.write(f"%PDF-{major}.{minor}\n%".encode() + b"\xe5\xb0\x81\xe5\n")
    root = reader.root_ref
    waiting, met = [(root.idnum, root.generation)], {(root.idnum, root.generation)}
    while waiting:
        number = waiting.pop()
        found = reader.get_object(generic.Reference(*number, pdf=reader))  # type: ignore[no-untyped-call]
        found = _with_clean_picture(found)
        for further in _cleaned(found, 0):
            if further not in met:
                met.add(further)
                waiting.append(further)
        if len(met) > MOST_OBJECTS:
            raise Damaged
        places[number] = out.tell()
        out.write(b"%d %d obj\n" % number)
        found.write_to_stream(out, None)
        out.write(b"\nendobj\n")
    _end(out, places, (root.idnum, root.generation))
    return out.getvalue()


def _end(out: BytesIO, places: dict[Number, int], root: Number) -> None:
    """The table of where each object stands (ISO 32000-1, 7.5.4)."""
    start = out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for (number, generation), place in sorted(places.items()):
        out.write(b"%d 1\n%010d %05d n \n" % (number, place, generation))
    size = max(number for number, _generation in places) + 1
    out.write(b"trailer\n<< /Size %d /Root %d %d R >>\nstartxref\n%d\n%%%%EOF\n" % (size, *root, start))


def _cleaned(found: generic.PdfObject, depth: int) -> Iterator[Number]:
    """Remove what tells of the making from one object, and name the others that it refers to."""
    if depth > _DEEPEST:
        raise Damaged
    if isinstance(found, generic.IndirectObject):
        yield found.idnum, found.generation
    elif isinstance(found, generic.DictionaryObject):
        _clean(found)
        for key in list(found):
            yield from _cleaned(found.raw_get(key), depth + 1)
    elif isinstance(found, generic.ArrayObject):
        for at in range(len(found)):
            yield from _cleaned(found.raw_get(at), depth + 1)


def _clean(found: generic.DictionaryObject) -> None:
    kind = _name(found, "/Type")
    if kind in _SIGNATURES or "/ByteRange" in found or (kind == "/Catalog" and "/Perms" in found):
        raise Signed
    for key in _PRIVATE:
        found.pop(key, None)
    if _is_description(_at(found, "/Metadata")):
        found.pop("/Metadata")
    if kind == "/Page":
        found.pop("/Thumb", None)
        found.pop("/LastModified", None)
    # Who wrote a comment; of a field, the same key is the field's name.
    if "/Rect" in found and _name(found, "/Subtype") != "/Widget":
        found.pop("/T", None)


def _with_clean_picture(found: generic.PdfObject) -> generic.PdfObject:
    """A photograph stands in a PDF as its camera made it, with place and device."""
    if not isinstance(found, generic.StreamObject) or _name(found, "/Filter") != "/DCTDecode":
        return found
    entries = {key: found.raw_get(key) for key in found if key != "/Length"}
    return generic.StreamObject(entries, encoded_data=pictures.without_details(found.encoded_data))


def _is_description(found: generic.PdfObject | None) -> bool:
    return isinstance(found, generic.StreamObject) and _name(found, "/Subtype") == "/XML"


def _at(found: generic.DictionaryObject, key: str) -> generic.PdfObject | None:
    """What stands there, or is referred to from there."""
    value: generic.PdfObject | None = found[key] if found.get(key) is not None else None
    return value


def _name(found: generic.DictionaryObject, key: str) -> str:
    value = _at(found, key)
    if isinstance(value, generic.ArrayObject) and len(value) == 1:
        value = value[0]
    return str(value) if isinstance(value, generic.NameObject) else ""
