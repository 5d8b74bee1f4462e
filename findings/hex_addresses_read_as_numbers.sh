#!/usr/bin/env bash
# Addresses of aircraft are six hex digits: 152e10 is one, 000123 and 151234 are too. Read without a schema, pandas,
# polars and pyarrow take a column of such codes for numbers without a word, 152e10 for 1.52e12 and 000123 for 123. So
# does DuckDB, unless a code begins with 0. One code with a letter hides it, until that aircraft is not in the file. Only
# a column that is declared text keeps them.
# Installs pandas, polars, pyarrow and DuckDB in a temporary folder and runs them alone; ends with 1 if the behaviour has
# changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1 2>/dev/null
"$folder/bin/python" - "$folder" <<'PY'
import sys
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.csv

path = Path(sys.argv[1]) / "states.csv"
readers = {
    "pandas": lambda: pd.read_csv(path)["icao24"].tolist(),
    "polars": lambda: pl.read_csv(path)["icao24"].to_list(),
    "pyarrow": lambda: pyarrow.csv.read_csv(path)["icao24"].to_pylist(),
    "duckdb": lambda: [row[0] for row in duckdb.sql(f"select icao24 from read_csv('{path}')").fetchall()],
}
changed = False
for codes in (["152e10", "151234"], ["151234", "152001"], ["152e10", "000123"], ["152e10", "000123", "4ca2d6"]):
    path.write_text("icao24,lat\n" + "".join(f"{code},35.4\n" for code in codes))
    print(*codes)
    for name, read in readers.items():
        found = read()
        print(f"  {name} {version(name)}: {found}")
        stays_text = "4ca2d6" in codes or (name == "duckdb" and "000123" in codes)
        changed |= (found == codes) != stays_text
raise SystemExit(changed)
PY
