"""Files that say who made them, where and with what: each such word is one of HIDDEN."""

import zipfile
from io import BytesIO
from typing import Any

import xlsxwriter
from PIL import Image, ImageDraw, PngImagePlugin

from tests.deals.redaction.papers import Page, pdf

HIDDEN = ("Ouyang Xiuwen", "Zhejiang Silk", "West Lake", "CamStar 9", "ouyang-pc")
WHO, HOUSE, PLACE, DEVICE, DISK = (word.encode() for word in HIDDEN)
XMP = f"<x:xmpmeta>{' '.join(HIDDEN)}</x:xmpmeta>"
SHOWN = "What the page shows"


def found_in(data: bytes) -> list[bytes]:
    """What of the hidden words stands in a file, unpacked as far as it is an archive."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return [word for name in parts.namelist() for word in found_in(parts.read(name))]
    words = [word.encode() for word in HIDDEN]
    return [word for word in words if word in data or word.decode().encode("utf-16-be") in data]


def camera(turn: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "CamStar", "CamStar 9", "Ouyang Xiuwen"
    exif[0x0112] = turn
    exif[0x8298] = "Zhejiang Silk"
    exif.get_ifd(0x8825)[0x001B] = b"West Lake"
    return exif


def drawn() -> Image.Image:
    image = Image.new("RGB", (90, 60), "white")
    ImageDraw.Draw(image).polygon([(5, 5), (80, 20), (10, 50)], fill="red")
    return image


def jpeg(turn: int = 1, **options: Any) -> bytes:
    file = BytesIO()
    drawn().save(file, "JPEG", exif=camera(turn), comment=WHO, xmp=XMP.encode(), quality=90, **options)
    # A second picture behind the first, as phones put it there, with details of its own.
    return file.getvalue() + b"\xff\xd8\xff\xe1" + WHO


def png(turn: int = 1) -> bytes:
    file, texts = BytesIO(), PngImagePlugin.PngInfo()
    texts.add_text("Author", "Ouyang Xiuwen")
    texts.add_itxt("XML:com.adobe.xmp", XMP)
    drawn().save(file, "PNG", exif=camera(turn), pnginfo=texts, dpi=(96, 96))
    return file.getvalue() + WHO


def webp(turn: int = 1, **options: Any) -> bytes:
    file = BytesIO()
    drawn().save(file, "WEBP", exif=camera(turn), xmp=XMP.encode(), lossless=True, **options)
    return file.getvalue()


def paper(*, signed: bool = False) -> bytes:
    """A page with a photograph, a comment, a field, an editor's private data and a reference to nothing."""
    photo = jpeg()
    held = "P" * len(photo)
    signature = "<< /FT /Sig /T (S) /V 105 0 R >>" if signed else "<< /FT /Tx /T (price) /V (5) >>"
    picture = (
        "<< /Type /XObject /Subtype /Image /Width 90 /Height 60 /ColorSpace /DeviceRGB /BitsPerComponent 8"
        f" /Filter /DCTDecode /Metadata 100 0 R /Length {len(photo)} >>\nstream\n{held}\nendstream"
    )
    private = "/PieceInfo << /Word << /Private (ouyang-pc) >> >>"
    data = pdf(
        Page(((72, 700, SHOWN),)),
        catalogue="/Metadata 100 0 R /AcroForm << /Fields [104 0 R] >> /Held 101 0 R",
        info="<< /Author (Ouyang Xiuwen) /Producer (CamStar 9) /Company (Zhejiang Silk) >>",
        more=(
            f"<< /Type /Metadata /Subtype /XML /Length {len(XMP)} >>\nstream\n{XMP}\nendstream",
            f"<< /Annots [102 0 R] /Photo 103 0 R {private} /Gone 999 0 R >>",
            "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (Ouyang Xiuwen) /Contents (a remark) >>",
            picture,
            signature,
            "<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <00> >>",
        ),
    )
    return data.replace(held.encode(), photo)


CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Ouyang Xiuwen</dc:creator></cp:coreProperties>'
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Company>Zhejiang Silk</Company></Properties>"
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def document(**others: bytes) -> bytes:
    """A Word file with a tracked change, a comment, a photograph and a template on its author's disk."""
    relation = '<Relationship Id="{}" Type="{}" Target="{}"/>'
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="'
        'application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": relations.format(
            relation.format("a", f"{_OFFICE}/officeDocument", "word/document.xml")
            + relation.format("b", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")
            + relation.format("c", f"{_OFFICE}/extended-properties", "/docProps/app.xml")
            + relation.format("d", f"{_OFFICE}/custom-properties", "docProps/custom.xml")
        ),
        "word/document.xml": f'<w:document xmlns:w="{_WORD}" xmlns:o="urn:other" o:Ignorable="w"><w:body>'
        '<w:p><w:ins w:id="1" w:author="Ouyang Xiuwen" w:date="2026-01-01T00:00:00Z"><w:r><w:t>'
        f"{SHOWN}</w:t></w:r></w:ins></w:p></w:body></w:document>",
        "word/comments.xml": f'<w:comments xmlns:w="{_WORD}"><w:comment w:id="0" w:author="Ouyang Xiuwen"'
        ' w:initials="OX"><w:p><w:r><w:t>a remark</w:t></w:r></w:p></w:comment></w:comments>',
        "word/people.xml": '<p:people xmlns:p="http://schemas.microsoft.com/office/word/2012/wordml">'
        '<p:person p:author="Ouyang Xiuwen"><p:presenceInfo p:providerId="AD" p:userId="ouyang-pc"/>'
        "</p:person></p:people>",
        "word/settings.xml": f'<w:settings xmlns:w="{_WORD}" xmlns:r="{_OFFICE}">'
        '<w:attachedTemplate r:id="t"/><w:zoom w:percent="90"/></w:settings>',
        "word/_rels/settings.xml.rels": relations.format(
            relation.format("t", f"{_OFFICE}/attachedTemplate", "file:///C:/Users/ouyang-pc/n.dotm")
        ),
        "word/media/image1.jpeg": jpeg(),
        "docProps/core.xml": CORE,
        "docProps/App.xml": APP,
        "docProps/custom.xml": f"<Properties>{XMP}</Properties>",
        **{name.replace("__", "/").replace("_dot_", "."): data for name, data in others.items()},
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return file.getvalue()


def sheet() -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.set_properties({"author": "Ouyang Xiuwen", "company": "Zhejiang Silk"})
        book.set_custom_property("Place", "West Lake")
        page = book.add_worksheet()
        page.write_row(0, 0, ["year", 2026])
        page.write_comment(0, 0, "a remark", {"author": "Ouyang Xiuwen"})
    return file.getvalue()
