"""A font that nobody has: each of its characters is a box, twice as wide as it is high."""
import string
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

_EM = 1000
_CHARACTERS = [character for character in string.printable if character.isprintable()]


def write(file: Path, family: str) -> None:
    """A TrueType font with the printable characters of ASCII."""
    names = {ord(character): f"u{ord(character):04X}" for character in _CHARACTERS}
    glyphs = [".notdef", *names.values()]
    builder = FontBuilder(_EM)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(glyphs, _box()))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (2 * _EM, 0)))
    builder.setupHorizontalHeader(ascent=_EM, descent=0)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2(sTypoAscender=_EM, usWinAscent=_EM)
    builder.setupPost()
    file.parent.mkdir(parents=True, exist_ok=True)
    builder.save(file)


def _box():
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, _EM), (2 * _EM, _EM), (2 * _EM, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()
