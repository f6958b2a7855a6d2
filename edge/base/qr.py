"""QR codes, on screens and printed at a stated size: dark on white, quiet zone 4, no logo, as robust as fits.

Length beats error correction: the version is the one that level M needs, and the level is then the highest that
fits the same version, which costs no module. Quiet zone: ISO/IEC 18004.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

QUIET_ZONE = 4
MM_PER_INCH = 25.4
PRINTER_DPI = 600
# Below this, a phone at arm's length fails first; 30 mm with 44 upper-case characters has 0.81 mm.
SMALLEST_MODULE_MM = 0.5
_LEVELS = ("M", "Q", "H")


@dataclass(frozen=True)
class Symbol:
    """A QR code as rows of dark and light modules, its quiet zone included."""

    text: str
    version: int
    level: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def modules(self) -> int:
        """Modules along one side, quiet zone included."""
        return len(self.rows)

    def module_mm(self, mm: float) -> float:
        """How large one module is when the whole is `mm` wide."""
        return mm / self.modules


@lru_cache(maxsize=256)
def draw(text: str) -> Symbol:
    """The symbol of a text; ValueError when no QR code can hold it."""
    version, level, rows = _at_level(text, "M", None)
    for higher in _LEVELS[1:]:
        try:
            version, level, rows = _at_level(text, higher, version)
        except ValueError:
            break
    return Symbol(text=text, version=version, level=level, rows=rows)


def _at_level(
    text: str, level: str, version: int | None
) -> tuple[int, str, tuple[tuple[bool, ...], ...]]:
    # Imported here: a store that prints nothing today need not hold the library in memory.
    from qrcode import constants
    from qrcode.exceptions import DataOverflowError
    from qrcode.main import QRCode

    code = QRCode(
        version=version,
        error_correction=getattr(constants, f"ERROR_CORRECT_{level}"),
        border=QUIET_ZONE,
    )
    code.add_data(text)
    try:
        code.make(fit=version is None)
    except DataOverflowError:
        raise ValueError("too long for this QR code") from None
    rows = tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())
    return code.version, level, rows


def path(symbol: Symbol) -> str:
    """The dark modules as one path of an SVG drawing, in units of one module."""
    return "".join(run for y, row in enumerate(symbol.rows) for run in _runs(row, y))


def svg(symbol: Symbol, mm: float) -> str:
    """The symbol as SVG, `mm` wide wherever it is printed."""
    n = symbol.modules
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{mm:g}mm" height="{mm:g}mm" '
        f'viewBox="0 0 {n} {n}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{n}v{n}H0z"/><path d="{path(symbol)}"/></svg>\n'
    )


def runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """The dark stretches of a row: where each begins, and where it is over."""
    found, start = [], -1
    for x, dark in enumerate((*row, False)):
        if dark and start < 0:
            start = x
        elif not dark and start >= 0:
            found.append((start, x))
            start = -1
    return found


def _runs(row: tuple[bool, ...], y: int) -> list[str]:
    return [f"M{start} {y}h{end - start}v1H{start}z" for start, end in runs(row)]


def png(symbol: Symbol, mm: float, dpi: int = PRINTER_DPI) -> bytes:
    """The symbol as PNG, with whole pixels for each module and its size in millimetres in the file."""
    from PIL import Image

    inches = mm / MM_PER_INCH
    scale = max(1, round(inches * dpi / symbol.modules))
    pixels = symbol.modules * scale
    small = Image.new("1", (symbol.modules, symbol.modules))
    small.putdata([0 if dark else 255 for row in symbol.rows for dark in row])
    file = BytesIO()
    exact = pixels / inches
    small.resize((pixels, pixels), Image.Resampling.NEAREST).save(
        file, "PNG", dpi=(exact, exact), optimize=True
    )
    return file.getvalue()
