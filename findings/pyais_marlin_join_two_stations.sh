#!/usr/bin/env bash
# Two stations hear two ships at once, each numbers its two-part report 3: nothing is lost, and the tag blocks name the
# stations. pyais and marlin-py keep parts by number and channel, not by station: both give one report in place of two,
# the name of one ship with a destination that begins with hers and ends with the other's. Only telling streams apart
# before decoding helps.
# Installs pyais 3.3.1 and marlin-py 0.3.0 in a temporary folder and runs them alone; ends with 1 if the behaviour has
# changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check pyais==3.3.1 marlin-py==0.3.0 2>/dev/null
"$folder/bin/python" - <<'PY'
from importlib.metadata import version

from marlin.ais import AisParser
from pyais import IterMessages

print("pyais", version("pyais"), "and marlin-py", version("marlin-py"))
# Made bit by bit: SPARTA II for "RU NVS VIA SYTTS ABC" by station one, URSA MAJOR for "VLADIVOSTOK CITY XYZ" by two.
lines = [
    r"\s:one,c:1700000000*5E\!AIVDM,2,1,3,A,544fdjP2=KNID848001=059@60TT00000000001?<PF9:4QT:@DUH3UT,0*59",
    r"\s:two,c:1700000000*56\!AIVDM,2,1,3,A,544MHeP2=KNID848001E9<60l4`u80000000001?<PF9:4QT:DES0A2E,0*6A",
    r"\s:one,c:1700000000*5E\!AIVDM,2,2,3,A,p5R@H4nE54p0@Ph,2*2E",
    r"\s:two,c:1700000000*56\!AIVDM,2,2,3,A,Slm3jp0jE6H66FP,2*1B",
]


def by_pyais(part):
    reports = [message.decode() for message in IterMessages([line.encode() for line in part])]
    return [(report.mmsi, report.shipname, report.destination) for report in reports]


def by_marlin(part):
    parser = AisParser.streaming()
    parser.feed("".join(f"{line}\r\n" for line in part).encode())
    reports = [message.body for message in parser.iter(strict=False)]
    return [(body.mmsi, body.vessel_name.value, body.destination.value) for body in reports]


apart = [(273394890, "SPARTA II", "RU NVS VIA SYTTS ABC"), (273111222, "URSA MAJOR", "VLADIVOSTOK CITY XYZ")]
mixed = [(273111222, "URSA MAJOR", "VLADIW VIA SYTTS ABC")]
changed = False
for name, read in {"pyais": by_pyais, "marlin-py": by_marlin}.items():
    alone, together = read(lines[::2]) + read(lines[1::2]), read(lines)
    print(f"{name}: each station alone {alone}")
    print(f"{name}: both in one log   {together}")
    changed |= alone != apart or together != mixed
raise SystemExit(changed)
PY
