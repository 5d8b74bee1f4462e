#!/usr/bin/env bash
# pyproj's Geod.npts refuses to give no points: npts=0 is an error, and it speaks of an argument that npts does not have.
# A caller who derives the number of points from a distance meets it on every short leg.
# Installs pyproj 3.7.2 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check pyproj==3.7.2 2>/dev/null
"$folder/bin/python" - <<'PY'
import pyproj

print("pyproj", pyproj.__version__)
geod = pyproj.Geod(ellps="WGS84")
print("npts=1:", len(geod.npts(35.9, 35.4, 36.0, 35.5, 1)), "point")
try:
    points = geod.npts(35.9, 35.4, 36.0, 35.5, 0)
except pyproj.exceptions.GeodError as error:
    print("npts=0:", type(error).__name__, error)
    raise SystemExit("npts and del_s are mutually exclusive" not in str(error))
print("npts=0:", points)
raise SystemExit(1)
PY
