#!/usr/bin/env bash
# simpleais reads an epoch before a sentence; of an ISO time there it takes the seconds alone for the epoch: a message of
# 2022-12-20 10:47:11 is dated 11 s after the beginning of 1970, without a word. Milliseconds it takes for seconds.
# Installs simpleais 0.7.3 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check simpleais==0.7.3 2>/dev/null
"$folder/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import simpleais

print("simpleais", version("simpleais"))
sentence = "!AIVDM,1,1,,A,144fdjP00o2Tjp0D1g@3Q2l00000,0*52"
seen = []
for before in ("1671533231", "2022-12-20 10:47:11", "2022-12-20T10:47:11", "1671533231000"):
    (read,) = simpleais.parse([f"{before} {sentence}"])
    print(f"{before:<20} -> time {read.time}, speed {read['speed']}")
    seen.append((read.time, read["speed"]))
raise SystemExit(seen != [(1671533231.0, 5.5), (11.0, 5.5), (11.0, 5.5), (1671533231000.0, 5.5)])
PY
