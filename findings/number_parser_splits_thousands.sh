#!/usr/bin/env bash
# number-parser turns "20 thousand" into the two numbers "20 1000", though "twenty thousand" becomes 20000.
# Installs number-parser 0.3.2 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check number-parser==0.3.2 2>/dev/null
"$folder/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

print("number-parser", version("number-parser"))
from number_parser import parse

seen = {phrase: parse(phrase) for phrase in ("20 thousand troops", "twenty thousand troops")}
for phrase, text in seen.items():
    print(f"{phrase!r} -> {text!r}")
print("the same number, in digits two numbers and in words one")
raise SystemExit(seen != {"20 thousand troops": "20 1000 troops", "twenty thousand troops": "20000 troops"})
PY
