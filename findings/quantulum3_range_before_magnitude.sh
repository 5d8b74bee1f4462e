#!/usr/bin/env bash
# quantulum3 applies the magnitude after a range to its upper end alone: "two to three hundred" is 2 to 300.
# Installs quantulum3 0.10.0 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check quantulum3==0.10.0 2>/dev/null
"$folder/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

print("quantulum3", version("quantulum3"))
from quantulum3 import parser

seen = {}
for phrase in ("two to three hundred trucks", "10 to 20 thousand troops", "half a million people"):
    (one,) = parser.parse(phrase)
    seen[phrase] = (one.value, one.uncertainty)
    print(f"{phrase!r} -> {one.value:,} +/- {one.uncertainty}")
print("meant: 200 to 300; 10,000 to 20,000; 500,000")
wanted = {
    "two to three hundred trucks": (151.0, 149.0),
    "10 to 20 thousand troops": (10_005.0, 9_995.0),
    "half a million people": (1_500_000.0, None),
}
raise SystemExit(seen != wanted)
PY
