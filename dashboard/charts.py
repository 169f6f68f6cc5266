"""The look that all charts of the queries' answers share.

`queries/charts/<query>.vl.json` is a Vega-Lite specification without data, whose data are called `rows`. It says what
is drawn, and the configuration made here what that looks like: axes and marks name styles of it, such as `span` or
`failed`, and colours by run status are those of the range `status`, in the order of STATUS_COLOURS.
"""
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUERIES = Path(__file__).parents[1] / "queries"

# Every colour of a mark has a contrast of 3 and more to the background of both themes.
STATUS_COLOURS = {"Completed": "#2da44e", "Failed": "#d1242f", "NotResponding": "#db6d28", "Canceled": "#818b98",
                  "Running": "#218bff"}
STATUS_SHAPES = {"Completed": "circle", "Failed": "square", "NotResponding": "triangle-up", "Canceled": "diamond",
                 "Running": "triangle-right"}
ACCENT = "#5f7f9f"
CATEGORIES = ("#2f7fd6", "#c4620a", "#8957e5", "#1b9aaa", "#bf3989", "#9e6a03", "#5f7f9f", "#2da44e")
# The first is in vl-convert and is as wide as the next two, so that a text takes the same room for every reader.
FONT = "Liberation Sans, Arial, Arimo, Helvetica, sans-serif"

# How long something took, as people say it; Vega's expressions have no functions of one's own.
_SECONDS = ("datum.value < 60 ? datum.value + ' s' : datum.value < 3600 ? datum.value / 60 + ' min' "
            ": datum.value < 172800 ? datum.value / 3600 + ' h' : datum.value / 86400 + ' d'")
_SPAN = ("datum.value < 60000 ? utcFormat(datum.value, '%-S s') "
         ": datum.value < 3600000 ? utcFormat(datum.value, datum.value % 60000 ? '%-M:%S min' : '%-M min') "
         ": datum.value < 86400000 ? utcFormat(datum.value, datum.value % 3600000 ? '%-H:%M h' : '%-H h') "
         ": format(datum.value / 86400000, '.3~r') + ' d'")
_TIME_FORMATS = {"minutes": "%H:%M", "hours": "%a %H:%M",
                 **dict.fromkeys(("date", "week", "month", "year"), "%a %-d %b")}


@dataclass(frozen=True, slots=True)
class Theme:
    """What differs between light and dark; texts in `ink` and `quiet` have a contrast of 4.5 and more."""

    background: str
    ink: str
    quiet: str
    shade: str
    line: str


LIGHT = Theme(background="#ffffff", ink="#1f2328", quiet="#59636e", shade="#ccd4dc", line="#e6eaee")
DARK = Theme(background="#0d1117", ink="#e6edf3", quiet="#9198a1", shade="#454d57", line="#262c34")


def configuration(theme: Theme = LIGHT) -> dict[str, Any]:
    """Vega-Lite's `config` that all charts share."""
    return {
        "background": theme.background, "font": FONT, "padding": 14,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "view": {"stroke": None, "step": 26, "continuousHeight": 220},
        "title": {"color": theme.ink, "fontSize": 14, "anchor": "start", "frame": "bounds", "offset": 14},
        "text": {"color": theme.ink},
        "range": {"status": list(STATUS_COLOURS.values()), "statusShape": list(STATUS_SHAPES.values()),
                  "category": list(CATEGORIES)},
        "style": _styles(theme), **_marks(theme), **_guides(theme)}


def _styles(theme: Theme) -> dict[str, Any]:
    return {
        "text": {"fontSize": 12},
        "seconds": {"labelExpr": _SECONDS}, "span": {"labelExpr": _SPAN, "tickCount": 8},
        "percent": {"format": ".0%"}, "time": {"format": _TIME_FORMATS, "tickCount": 6},
        "good": {"color": STATUS_COLOURS["Completed"]}, "failed": {"color": STATUS_COLOURS["Failed"]},
        "late": {"color": STATUS_COLOURS["NotResponding"]}, "running": {"color": STATUS_COLOURS["Running"]},
        "all": {"color": theme.shade},
        "stacked": {"fill": ACCENT, "stroke": theme.background, "strokeWidth": 1.5},
        "queued": {"color": ACCENT, "opacity": 0.55},
        "reused": {"color": STATUS_COLOURS["Completed"], "filled": False, "strokeDash": [3, 2]},
        "quiet": {"color": theme.quiet}, "heading": {"color": theme.quiet, "fontWeight": "bold"},
        "tile": {"fontSize": 22, "fontWeight": "bold"}, "count": {"fontWeight": "bold", "fontSize": 11}}


def _marks(theme: Theme) -> dict[str, Any]:
    return {
        "bar": {"color": ACCENT, "cornerRadiusEnd": 2},
        "point": {"color": ACCENT, "filled": True, "opacity": 1, "size": 80},
        "rule": {"color": theme.quiet}, "tick": {"color": theme.ink, "thickness": 2}, "line": {"strokeWidth": 2}}


def _guides(theme: Theme) -> dict[str, Any]:
    return {
        "axis": {"labelColor": theme.quiet, "titleColor": theme.quiet, "gridColor": theme.line,
                 "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "titlePadding": 10,
                 "labelPadding": 8, "labelLimit": 280, "domain": False, "ticks": False},
        "axisTemporal": {"grid": False},
        "axisBand": {"grid": False, "labelColor": theme.ink}, "axisPoint": {"grid": True, "labelColor": theme.ink},
        "legend": {"orient": "top", "title": None, "labelColor": theme.ink, "labelFontSize": 12, "symbolSize": 90,
                   "symbolStrokeWidth": 0, "symbolLimit": 0, "offset": 10}}
