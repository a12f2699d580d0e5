"""Write docs/reproduction.md and its pictures from the tables of the studies: ``python -m studies.reproduction``."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert

from statecast.base.errors import StatecastError
from statecast.base.files import read_frame, whole_file, write_text
from statecast.params.section import read_params
from statecast.study.conduct import PLOTS, read_study
from studies.reproduction.comparison import KEYS, values_of, with_settings
from studies.reproduction.data import VERSIONS, Data
from studies.reproduction.document import document
from studies.reproduction.pictures import boxes, curves, five_numbers

STUDIES, DOCS = Path("studies"), Path("docs")
VEGA_LITE = "5.20"
TABLES = {"epochs": "epochs", "batch_size": "batch size", "units": "units"}


def read_data() -> Data:
    """Return the published and the measured figures of the folder."""
    parts = ("table-epochs", "table-batch-size", "table-units", "tables-2017")
    return Data(
        read_frame(STUDIES / "published-tables.csv"),
        read_frame(STUDIES / "published-diagnostics.csv"),
        pd.concat([_measured(name) for name in parts], ignore_index=True),
        _measured("diagnostics", "diagnostics-curves"),
        *(_measured(name) for name in ("repeats-300", "unseen", "repeats-3000")),
    )


def pictures(data: Data) -> dict[str, dict[str, Any]]:
    """Return the specification of each picture by its name."""
    found = {
        f"table-{table}": boxes(_boxes_of(data, table), "RMSE of 30 repeats, test rows", words)
        for table, words in TABLES.items()
    }
    own = data.curves.assign(variant=data.curves["variant"].map(VERSIONS))
    for setting, frame in own.groupby(KEYS, sort=False):
        name = "-".join(map(str, setting))
        found[f"diagnostic-{name}"] = curves(frame, "{} epochs, batch size {}, units {}".format(*setting))
    return found


def main() -> None:
    """Write the document and the pictures."""
    try:
        data = read_data()
        write_text(document(data), DOCS / "reproduction.md")
    except StatecastError as error:
        sys.exit(f"error: {error}")
    for name, specification in pictures(data).items():
        with whole_file(DOCS / "pictures" / f"{name}.png") as temporary:
            temporary.write_bytes(vl_convert.vegalite_to_png(specification, vl_version=VEGA_LITE))


def _measured(name: str, table: str = "") -> pd.DataFrame:
    errors = read_frame(PLOTS / f"{table or name}.csv")
    return with_settings(errors, read_study(STUDIES / f"{name}.yaml"), read_params(Path("params.yaml")))


def _boxes_of(data: Data, table: str) -> list[dict[str, Any]]:
    rows = []
    for row in data.published[data.published["study"] == table].to_dict("records"):
        numbers = {key: float(row[key]) for key in ("min", "q25", "median", "q75", "max")}
        rows.append({"setting": str(row[table]), "who": "published", **numbers})
        for version, words in VERSIONS.items():
            wanted = {"variant": version, "study": table, table: row[table]}
            values = values_of(data.tables, **wanted)
            rows.append({"setting": str(row[table]), "who": words, **five_numbers(values)})
    return rows


if __name__ == "__main__":
    main()
