#!/usr/bin/env bash
# word2number reads "half a million" as a whole million, and makes one number of two.
# Installs word2number 1.1 in a temporary folder and runs it alone; ends with 1 if the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check word2number==1.1 2>/dev/null
"$folder/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

print("word2number", version("word2number"))
from word2number import w2n

seen = {phrase: w2n.word_to_num(phrase) for phrase in ("half a million", "twenty twenty-four", "two to three hundred")}
for phrase, number in seen.items():
    print(f"{phrase!r} -> {number:,}")
print("half a million is 500,000; the second is a year; the third a range from 200 to 300")
raise SystemExit(seen != {"half a million": 1_000_000, "twenty twenty-four": 404, "two to three hundred": 106})
PY
