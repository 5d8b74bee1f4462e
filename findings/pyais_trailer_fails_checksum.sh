#!/usr/bin/env bash
# pyais reads a line with the trailer of the United States Coast Guard (",r<station>,<epoch>" after the checksum), and
# takes the trailer for the checksum: every such line is "invalid", so that a strict reading loses all of them.
# Installs pyais 3.3.1 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check pyais==3.3.1 2>/dev/null
"$folder/bin/python" - <<'PY'
from importlib.metadata import version

import pyais
from pyais.exceptions import InvalidNMEAChecksum

print("pyais", version("pyais"))
plain = "!AIVDM,1,1,,A,144fdjP00o2Tjp0D1g@3Q2l00000,0*52"
seen = []
for line in (plain, plain + ",r003669945,1671533231"):
    is_valid = pyais.NMEAMessage.from_string(line).is_valid
    try:
        latitude = pyais.decode(line, error_if_checksum_invalid=True).lat
    except InvalidNMEAChecksum:
        latitude = None
    lenient = pyais.decode(line).lat
    print(f"{line}\n    is_valid {is_valid}, latitude when strict {latitude}, when not {lenient}")
    seen.append((is_valid, latitude, lenient))
raise SystemExit(seen != [(True, 35.0, 35.0), (False, None, 35.0)])
PY
