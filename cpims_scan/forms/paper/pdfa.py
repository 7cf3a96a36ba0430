"""What makes a PDF an archive copy (PDF/A-2b): its colours and what it is, inside the file."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas

from cpims_scan.forms.paper.faces import embedded

PART, CONFORMANCE = "2", "B"
VERSION = (1, 7)  # of PDF, which PDF/A-2 is made of
CONDITION = "sRGB IEC61966-2.1"
PRODUCER = "cpims-scan"
# Bytes of an ICC header that hold the moment of making (ICC.1:2010, 7.2): cleared, so that the
# same form gives the same file.
_ICC_MOMENT = slice(24, 36)
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{conformance}</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{producer}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:description>
<pdf:Producer>{producer}</pdf:Producer><pdf:Keywords>{producer}</pdf:Keywords>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself; never who is written about."""

    title: str = "Form"
    language: str = "en"


def new_canvas(stream: BinaryIO, about: About, is_dated: bool = False) -> Canvas:
    """
    Open a canvas with what PDF/A-2b asks beside embedded faces and no transparency.

    Args:
        stream: Where `save` writes; what is written goes through `archived`.
        about: What the file says of itself.
        is_dated: Writes when it was made; without it the same pages give the same bytes.

    Source: ISO 19005-2:2011, 6.2.3 (output intent), 6.6.2 (metadata), 6.6.4 (its own mark).
    """
    invariant = 0 if is_dated else 1
    # reportlab begins every page in Helvetica, which nobody can embed, unless told another face.
    face = embedded("vera")
    canvas = Canvas(
        stream, pageCompression=1, invariant=invariant, pdfVersion=VERSION, initialFontName=face
    )
    document = canvas._doc
    _in_utc(document._timeStamp)
    for say in (canvas.setTitle, canvas.setSubject):
        say(about.title)
    for say in (canvas.setAuthor, canvas.setCreator, canvas.setProducer, canvas.setKeywords):
        say(PRODUCER)
    catalog = document.Catalog
    catalog.Lang = PDFString(about.language)
    catalog.Metadata = _metadata(about, document._timeStamp)
    profile = PDFStream(PDFDictionary({"N": 3}), _srgb(), filters=None)
    intent = PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString(CONDITION),
            "Info": PDFString(CONDITION),
            "DestOutputProfile": document.Reference(profile, "cpims-srgb"),
        }
    )
    # reportlab's catalog writes the names that it knows; this one is told to it.
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = PDFArray([intent])
    return canvas


def _metadata(about: About, stamp: Any) -> PDFStream:
    made = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}+00:00".format(*stamp.YMDhms)
    text = _XMP.format(
        part=PART,
        conformance=CONFORMANCE,
        title=escape(about.title),
        producer=PRODUCER,
        made=made,
    )
    kind = PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})
    return PDFStream(kind, text.encode("utf-8"), filters=None)


def _in_utc(stamp: Any) -> None:
    """Both places that say when the file was made say it alike: in UTC."""
    stamp.lt = time.gmtime(stamp.t)
    stamp.YMDhms, stamp.dhh, stamp.dmm, stamp.tzname = tuple(stamp.lt)[:6], 0, 0, "UTC"


def archived(pdf: bytes) -> bytes:
    """
    Put the line end before `endstream` that PDF/A asks and reportlab leaves out.

    Source: ISO 19005-2:2011, 6.1.7.1. The table of places is written anew (ISO 32000-1, 7.5.4).
    """
    start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    table, trailer = pdf[start:].split(b"trailer", 1)
    old = [int(line[:10]) for line in table.splitlines()[2:] if line.rstrip().endswith(b"n")]
    bounds = [*sorted(old), start]
    parts = {a: _ended(pdf[a:b]) for a, b in itertools.pairwise(bounds)}
    made, places = bytearray(pdf[: bounds[0]]), {}
    for at, part in parts.items():
        places[at] = len(made)
        made += part
    lines = b"".join(b"%010d 00000 n \n" % places[at] for at in old)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(old) + 1)
    ending = trailer[: trailer.rindex(b"startxref")]
    return (
        bytes(made) + head + lines + b"trailer" + ending + b"startxref\n%d\n%%%%EOF\n" % len(made)
    )


def _ended(part: bytes) -> bytes:
    """One object, with a line end before the keyword that closes its stream."""
    head, word, tail = part.rpartition(b"endstream")
    return head + b"\n" + word + tail if word and b"stream\n" in head else part


def _srgb() -> bytes:
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[_ICC_MOMENT] = bytes(12)
    return bytes(data)
