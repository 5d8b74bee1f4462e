"""Make `src/forceflow/world/data/countries.toml`: names, codes and one point of every country of ISO 3166.

Names and codes are those of Unicode CLDR (Unicode licence v3), outlines those of Natural Earth at 1:10 million (public
domain) as the world-atlas package carries them; further English names are written down below::

    npm pack cldr-localenames-full@48.2.0 cldr-core@48.2.0 world-atlas@2.0.2
    for f in *.tgz; do mkdir ${f%-[0-9]*} && tar xzf $f -C ${f%-[0-9]*}; done
    python tools/make_countries.py .
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import airportsdata
import numpy as np
from numpy.typing import NDArray

from forceflow.world.geography.coast import inside
from forceflow.world.geography.geodesy import geodesics_km
from forceflow.world.names import fold

OUT = Path(__file__).parents[1] / "src" / "forceflow" / "world" / "data" / "countries.toml"
Ring = NDArray[np.float64]

NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
"""Codes of CLDR that are no countries of ISO 3166 (XK, Kosovo, is used by airportsdata and stays)."""

LANGUAGES = ("fr", "de", "es", "ru", "uk", "ar")

SHOWN = {"CD": "DR Congo", "CG": "Republic of the Congo"}
SHOWN_SHORT = frozenset({"PS", "HK", "MO", "MM"})
"""What is shown where CLDR's first name is clumsy: ours, or CLDR's short one."""

SEVERAL = {"Congo": ("CD", "CG"), "Korea": ("KP", "KR"), "Virgin Islands": ("VG", "VI")}
"""Names that several countries share."""

NOT_ONE = {fold(name) for name in (*SEVERAL, "Kongo", "Конго")}

OFFICIAL = {
    "Republic of": "AL AO AM AT AZ BY BJ BW BG BI CM TD CL CO CR HR CY DJ EC SV GQ EE FJ FI GA GH GT GN GW HT HN IN ID"
    " IQ IE KZ KE LV LB LR LT MG MW ML MT MU MD MZ NA NR NI NE PW PA PY PE PL RW SM SN RS SC SL SG SI ZA SS SD SR TJ"
    " TN UG UZ VU YE ZM ZW IS MK XK GE UA BA KI",
    "Republic of the": "PH MV MH GM",
    "Kingdom of": "BE BH KH DK ES LS MA NO SA SE TH TO SZ BT",
    "Kingdom of the": "NL",
    "State of": "KW QA IL LY ER",
    "Federal Republic of": "DE NG SO",
    "Islamic Republic of": "PK AF IR MR",
    "Sultanate of": "OM",
    "Principality of": "MC AD LI",
    "Grand Duchy of": "LU",
    "Commonwealth of": "AU DM",
    "Commonwealth of the": "BS",
    "Union of the": "KM",
    "United Republic of": "TZ",
    "Independent State of": "PG WS",
    "Co-operative Republic of": "GY",
    "Federative Republic of": "BR",
    "Bolivarian Republic of": "VE",
    "Plurinational State of": "BO",
    "People's Republic of": "CN BD",
    "Socialist Republic of": "VN",
    "Hashemite Kingdom of": "JO",
}

MORE_NAMES = {
    "AE": "UAE; U.A.E.; Emirates; the Emirates",
    "AL": "Shqiperia",
    "AR": "Argentine Republic",
    "BA": "Bosnia and Herzegovina; Bosnia-Herzegovina; BiH",
    "BN": "Brunei Darussalam",
    "BO": "Bolivia (Plurinational State of)",
    "CD": "DR Congo; DRC; D.R. Congo; Democratic Republic of the Congo; Democratic Republic of Congo;"
    " Congo, Democratic Republic of the; Congo (Democratic Republic of the); Congo-Kinshasa; Dem. Rep. Congo; Zaire",
    "CF": "Central African Rep.; Centrafrique",
    "CG": "Republic of the Congo; Republic of Congo; Congo Republic; Congo-Brazzaville; Congo Brazzaville",
    "CI": "Ivory Coast; Cote d'Ivoire; Republic of Cote d'Ivoire",
    "CN": "PR China; P.R. China; Mainland China",
    "CV": "Cape Verde; Republic of Cabo Verde",
    "CZ": "Czech Rep.",
    "DO": "Dominican Rep.",
    "DZ": "People's Democratic Republic of Algeria",
    "EG": "Arab Republic of Egypt",
    "ET": "Federal Democratic Republic of Ethiopia",
    "FM": "Micronesia (Federated States of); Federated States of Micronesia",
    "FR": "French Republic; Republic of France",
    "GB": "United Kingdom of Great Britain and Northern Ireland; U.K.; Great Britain; Britain; England; Scotland;"
    " Wales; Northern Ireland",
    "GM": "The Gambia; Republic of The Gambia",
    "GR": "Hellenic Republic; Hellas",
    "HK": "Hong Kong, China",
    "HU": "Republic of Hungary",
    "IR": "Iran (Islamic Republic of); Iran, Islamic Republic of; Persia",
    "IT": "Italian Republic",
    "KG": "Kyrgyz Republic; Kirghizia; Kirgizstan",
    "KP": "Democratic People's Republic of Korea; DPRK; D.P.R. Korea; Korea, North;"
    " Korea (Democratic People's Republic of)",
    "KR": "Republic of Korea; Korea, South; Korea, Republic of; Korea (Republic of); S. Korea",
    "LA": "Lao People's Democratic Republic; Lao PDR; Lao",
    "LK": "Democratic Socialist Republic of Sri Lanka; Ceylon",
    "LY": "Libyan Arab Jamahiriya",
    "MD": "Moldova, Republic of; Moldova (Republic of)",
    "ME": "Republic of Montenegro",
    "MK": "Macedonia; FYROM; Republic of Macedonia",
    "MM": "Burma; Republic of the Union of Myanmar; Myanmar/Burma",
    "MX": "United Mexican States",
    "NL": "Holland; the Netherlands",
    "NP": "Federal Democratic Republic of Nepal",
    "PS": "State of Palestine; Palestine, State of; Palestinian Authority; Occupied Palestinian Territory;"
    " West Bank and Gaza",
    "PT": "Portuguese Republic",
    "RU": "Russian Federation; Rossiya",
    "SA": "KSA; K.S.A.",
    "SK": "Slovak Republic",
    "ST": "Sao Tome and Principe; Democratic Republic of Sao Tome and Principe",
    "SY": "Syrian Arab Republic",
    "SZ": "eSwatini",
    "TG": "Togolese Republic",
    "TL": "Democratic Republic of Timor-Leste",
    "TR": "Turkiye; Turkey; Republic of Turkey; Republic of Turkiye",
    "TT": "Republic of Trinidad and Tobago",
    "TW": "Taiwan, Province of China; Republic of China; Chinese Taipei",
    "TZ": "Tanzania, United Republic of",
    "US": "USA; U.S.A.; U.S.; United States of America; the United States; America; the US; the USA",
    "UY": "Oriental Republic of Uruguay",
    "VA": "Vatican; Holy See; Vatican City State",
    "VE": "Venezuela (Bolivarian Republic of); Venezuela, Bolivarian Republic of",
    "VN": "Viet Nam",
    "CH": "Swiss Confederation",
    "SO": "Somali Republic",
}
"""Names that English reports and lists print, beside those of CLDR."""

MORE_CODES = {"CF": ("CAR",), "CN": ("PRC",), "KR": ("ROK",), "TW": ("ROC",)}
"""Short forms that may be codes of airfields too."""


def outlines(file: Path) -> dict[str, list[list[Ring]]]:
    """Polygons (outer ring first) of each outline, by ISO number or by name where it has none."""
    atlas = json.loads(file.read_text())
    (kx, ky), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = [
        np.cumsum(np.array(arc, np.float64), axis=0) * (kx, ky) + (tx, ty) for arc in atlas["arcs"]
    ]

    def ring(numbers: list[int]) -> Ring:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        points = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
        points[:, 0] = np.unwrap(
            points[:, 0], period=360.0
        )  # Russia and Fiji lie over the antimeridian
        return points

    found: dict[str, list[list[Ring]]] = {}
    for shape in atlas["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        key = str(shape.get("id") or shape["properties"]["name"])
        found.setdefault(key, []).extend(
            [[ring(numbers) for numbers in polygon] for polygon in polygons]
        )
    return found


def on_the_sea(file: Path) -> set[str]:
    """Keys of `outlines` with a coast that no neighbour shares, the Caspian left out."""
    atlas = json.loads(file.read_text())
    (kx, ky), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    shapes = atlas["objects"]["countries"]["geometries"]

    def arcs_of(shape: dict[str, Any]) -> set[int]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        return {
            n if n >= 0 else ~n for ring in itertools.chain.from_iterable(polygons) for n in ring
        }

    uses = Counter(n for shape in shapes for n in arcs_of(shape))

    def by_the_ocean(number: int) -> bool:
        lon, lat = np.mean(np.cumsum(atlas["arcs"][number], axis=0) * (kx, ky) + (tx, ty), axis=0)
        return not (46 < lon < 55.5 and 36 < lat < 48)

    return {
        str(shape.get("id") or shape["properties"]["name"])
        for shape in shapes
        if any(uses[n] == 1 and by_the_ocean(n) for n in arcs_of(shape))
    }


def middle(polygons: list[list[Ring]]) -> tuple[float, float, float]:
    """Of the largest polygon, the point furthest from its border (lon, lat), and how far its furthest corner is, km."""

    def area(ring: Ring) -> float:
        x, y = ring[:, 0] * np.cos(np.radians(ring[:, 1].mean())), ring[:, 1]
        return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])))

    rings = max(polygons, key=lambda polygon: area(polygon[0]))
    border = np.concatenate(rings)[:: max(1, sum(map(len, rings)) // 1500)]
    (west, south), (east, north) = rings[0].min(axis=0), rings[0].max(axis=0)
    for fineness in (25, 100):
        steps = np.linspace(west, east, fineness), np.linspace(south, north, fineness)
        lon, lat = (grid.ravel() for grid in np.meshgrid(*steps))
        within = inside(tuple(rings), lon, lat)
        if within.any():
            break
    if not within.any():  # an islet that the grid misses
        lon, lat, within = *border.mean(axis=0)[:, None], np.array([True])
    lon, lat = lon[within], lat[within]
    wide = np.cos(np.radians(lat))[:, None]
    away = [
        np.hypot(
            (lon[i : i + 200, None] - border[:, 0]) * wide[i : i + 200],
            lat[i : i + 200, None] - border[:, 1],
        )
        for i in range(0, len(lon), 200)
    ]
    best = int(np.argmax(np.concatenate(away).min(axis=1)))
    point = np.broadcast_to((lon[best], lat[best]), border.shape)
    return (
        float(lon[best]),
        float(lat[best]),
        float(geodesics_km(np.ascontiguousarray(point), border).max()),
    )


def from_airfields(code: str) -> tuple[float, float, float] | None:
    """The middle of a country's airfields where it has no outline of its own."""
    rows = [row for row in airportsdata.load("ICAO").values() if row["country"] == code]
    if not rows:
        return None
    points = np.array([(row["lon"], row["lat"]) for row in rows], np.float64)
    centre = np.broadcast_to(np.median(points, axis=0), points.shape)
    return (
        *map(float, centre[0]),
        max(5.0, float(geodesics_km(np.ascontiguousarray(centre), points).max())),
    )


def names_of(folder: Path) -> dict[str, list[str]]:
    """All names of each country, the one to show first."""
    english = territories(folder, "en")
    towns = {
        fold(row[key]) for row in airportsdata.load("ICAO").values() for key in ("city", "name")
    }
    found: dict[str, list[str]] = {}
    for code in (
        code for code in english if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES
    ):
        first = (
            english[f"{code}-alt-short"] if code in SHOWN_SHORT else SHOWN.get(code, english[code])
        )
        names = [first, *(name for key, name in english.items() if key.split("-")[0] == code)]
        names += [plain.strip() for plain in MORE_NAMES.get(code, "").split(";") if plain.strip()]
        names += [name.replace("&", "and") for name in names if "&" in name]
        names += [re.sub(r"^St\. ", "Saint ", name) for name in names if name.startswith("St. ")]
        base = next(
            (n for n in (english.get(f"{code}-alt-variant"), english[code]) if n and "(" not in n),
            names[0],
        )
        names += [f"{style} {base}" for style, codes in OFFICIAL.items() if code in codes.split()]
        for language in LANGUAGES:
            theirs = territories(folder, language)
            more = [
                name
                for key, name in theirs.items()
                if key.split("-")[0] == code and "short" not in key
            ]
            names += [name for name in more if fold(name) not in towns]
        first_of: dict[str, str] = {}
        for name in names:
            first_of.setdefault(fold(name), name)
        found[code] = [name for key, name in first_of.items() if key not in NOT_ONE]
    taken = Counter(fold(name) for names in found.values() for name in names)
    shared = {name for name, times in taken.items() if times > 1}
    return {
        code: [n for n in names if fold(n) not in shared or n == names[0]]
        for code, names in found.items()
    }


def territories(folder: Path, language: str) -> dict[str, str]:
    """Names of territories in a language, by the keys of CLDR."""
    file = folder / "cldr-localenames-full" / "package" / "main" / language / "territories.json"
    found: dict[str, str] = json.loads(file.read_text())["main"][language]["localeDisplayNames"][
        "territories"
    ]
    return found


def main() -> None:
    """Read the three packages unpacked in the folder named on the command line and write the file."""
    folder = Path(sys.argv[1])
    atlas = folder / "world-atlas" / "package" / "countries-10m.json"
    core = folder / "cldr-core" / "package" / "supplemental" / "codeMappings.json"
    codes = json.loads(core.read_text())["supplemental"]["codeMappings"]
    shapes, coast = outlines(atlas), on_the_sea(atlas)
    key_of = {code: row["_numeric"] for code, row in codes.items() if "_numeric" in row}
    key_of["XK"] = "Kosovo"  # has no number there
    lines = [HEAD]
    for code, names in sorted(names_of(folder).items()):
        key = key_of.get(code, "")
        point = middle(shapes[key]) if key in shapes else from_airfields(code)
        if point is None:
            continue
        more = [codes[code]["_alpha3"], *MORE_CODES.get(code, ())]
        fields = [
            f"codes = {json.dumps(more)}",
            f"longitude = {(point[0] + 180) % 360 - 180:.2f}",
            f"latitude = {point[1]:.2f}",
            f"reach_km = {point[2]:.0f}",
            f'from = "{"natural-earth" if key in shapes else "airportsdata"}"',
            *(["landlocked = true"] if key in shapes and key not in coast else []),
            f"names = {json.dumps(names, ensure_ascii=False)}",
        ]
        lines.append(f"{code} = {{ {', '.join(fields)} }}")
    lines += [
        "",
        "[several]",
        *(f"{json.dumps(name)} = {json.dumps(of)}" for name, of in SEVERAL.items()),
    ]
    wide = [name for code, name in territories(folder, "en").items() if code.isdigit()]
    lines += ["", "[parts_of_the_world]", f"names = {json.dumps(wide)}"]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(
        f"{OUT.name}: {sum(' = { codes' in line for line in lines)} countries, {OUT.stat().st_size / 1e3:.0f} kB"
    )


HEAD = """\
# Countries and territories of ISO 3166-1 (and XK, Kosovo), by alpha-2 code.
#
# Made by tools/make_countries.py; see README.md beside this file for sources and licences.
# names: the first is shown. Unicode CLDR 48.2 (English, French, German, Spanish, Russian, Ukrainian, Arabic), and
#   further English names written down by us. A foreign name that is also a town with an airfield is left out.
# codes: alpha-3, and short forms that count as a code only in capitals.
# longitude, latitude: a point in the middle: of the largest part of its Natural Earth outline (1:10 million) the point
#   furthest from the border; without an outline the middle of its airfields. A stated choice (prior).
# reach_km: from there to the furthest corner of that part, or to the furthest airfield.
# landlocked: no coast but the Caspian's.
# several: names that more than one country bears; parts_of_the_world: of no one country.

[country]"""


if __name__ == "__main__":
    main()
