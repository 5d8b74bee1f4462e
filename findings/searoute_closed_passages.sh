#!/usr/bin/env bash
# searoute ignores a closed passage whose name it does not know ("bosphorus", its own word is "bosporus"): the route goes
# through the closed strait without a warning. A closure that leaves no way gives a route of 0 km, with a warning only.
# Installs searoute 1.6.0 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check searoute==1.6.0 2>/dev/null
"$folder/bin/python" - <<'PY'
import warnings
from importlib.metadata import version

print("searoute", version("searoute"))
import searoute

TARTUS, NOVOROSSIYSK = [35.88, 34.90], [37.78, 44.72]
seen = {}
for closed in ([], ["bosphorus"], ["bosporus"]):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        route = searoute.searoute(TARTUS, NOVOROSSIYSK, restrictions=closed)
    seen[tuple(closed)] = (round(route.properties["length"]), len(said))
    print(f"Tartus to Novorossiysk, restrictions={closed}: {seen[tuple(closed)][0]:,} km, {len(said)} warning(s)")
open_km = seen[()][0]
raise SystemExit(not (open_km > 2_000 and seen[("bosphorus",)] == (open_km, 0) and seen[("bosporus",)] == (0, 1)))
PY
