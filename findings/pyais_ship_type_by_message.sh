#!/usr/bin/env bash
# pyais changes ship types that have no name of their own in its list: 77 becomes 75, and 38 becomes 0, "not available",
# when a ship says it in message 5; both stay what they are when the same ship says it in message 24, part B. So one
# ship gets two types, and "reserved" codes that newer tables give a meaning cannot be had back.
# Installs pyais 3.3.1 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check pyais==3.3.1 2>/dev/null
"$folder/bin/python" - <<'PY'
from importlib.metadata import version

import pyais

print("pyais", version("pyais"))
# Made bit by bit: one ship, its type in bits 232 to 240 of message 5 and in bits 40 to 48 of message 24, part B.
sent = {
    77: (
        ["!AIVDM,2,1,1,A,544fdjP2=KNID848001=059@60TT00000000001=<PF9:4QT:@DUH3UTh00,0*31",
         "!AIVDM,2,2,1,A,000000000000,2*15"],
        ["!AIVDM,1,1,,A,H44fdjU=0000000E212000104220,0*1F"],
    ),
    38: (
        ["!AIVDM,2,1,2,A,544fdjP2=KNID848001=059@60TT00000000000V<PF9:4QT:@DUH3UTh00,0*58",
         "!AIVDM,2,2,2,A,000000000000,2*16"],
        ["!AIVDM,1,1,,A,H44fdjTV0000000E212000104220,0*75"],
    ),
}
seen = {}
for code, (message_5, message_24) in sent.items():
    read = [pyais.decode(*lines, error_if_checksum_invalid=True).ship_type for lines in (message_5, message_24)]
    print(f"{code} sent: message 5 gives {int(read[0])} ({read[0].name}), message 24 gives {read[1]!r}")
    seen[code] = [int(value) for value in read]
raise SystemExit(seen != {77: [75, 77], 38: [0, 38]})
PY
