#!/usr/bin/env bash
# numerizer turns "a few hundred" into "1 few100": the article becomes a one, the rest one word.
# Installs numerizer 0.2.4 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check numerizer==0.2.4 2>/dev/null
"$folder/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

print("numerizer", version("numerizer"))
from numerizer import numerize

seen = {phrase: numerize(phrase) for phrase in ("a few hundred trucks", "half a million people")}
for phrase, text in seen.items():
    print(f"{phrase!r} -> {text!r}")
raise SystemExit(seen != {"a few hundred trucks": "1 few100 trucks", "half a million people": "1/2 1000000 people"})
PY
