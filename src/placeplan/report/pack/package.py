"""The pack as a folder: documents for people, data for machines, and a description with digests by which anyone can check and run it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

from placeplan.report.pack.files import as_csv, as_excel, write_parquet
from placeplan.report.pack.netcdf import as_netcdf
from placeplan.report.pack.pdf import as_pdf
from placeplan.report.pack.story import tell
from placeplan.report.pack.tables import Kind, Table, tables
from placeplan.report.pack.word import as_word
from placeplan.stress.findings import Findings

TYPES: Final[dict[Kind, str]] = {"text": "string", "number": "number", "whole": "integer", "flag": "boolean"}
"""What the kinds of columns are called in a Table Schema."""
MEDIA: Final = {
    ".csv": "text/csv", ".parquet": "application/vnd.apache.parquet", ".nc": "application/x-netcdf", ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
DESCRIPTION: Final = "datapackage.json"


def write_pack(findings: Findings, folder: Path) -> None:
    """Write the whole pack into an empty folder.

    Args:
        findings: what a run found; nothing else is read.
        folder: there, and empty.
    """
    story, found = tell(findings), tables(findings)
    (folder / "board-pack.docx").write_bytes(as_word(story))
    (folder / "board-pack.pdf").write_bytes(as_pdf(story))
    (folder / "results.xlsx").write_bytes(as_excel(found, about(findings)))
    (folder / "results.nc").write_bytes(as_netcdf(findings))
    (folder / "findings.json").write_text(findings.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    data = folder / "data"
    data.mkdir()
    for table in found:
        (data / f"{table.name}.csv").write_text(as_csv(table), encoding="utf-8", newline="")
        write_parquet(table, data / f"{table.name}.parquet")
    written = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    (folder / DESCRIPTION).write_text(description(findings, found, written), encoding="utf-8", newline="\n")


ADDRESS: Final = (
    "placeplan explain PLAN ADDRESS, where the address is the sheet and the id in its row, such as promises/ID"
)


def about(f: Findings) -> tuple[tuple[str, str], ...]:
    """What the pack is of, and what it takes to run it again."""
    back = (("Where a number comes from", f"{ADDRESS}; the sheet headlines has them all"),) if f.headlines else ()
    made = (("Made up", f"{f.place} is not a real place; every number was invented"),) if f.synthetic else ()
    return (
        ("Plan", f"{f.place}: {f.plan}"), *made, ("Verdict", f.sentence), ("Digest of the plan", f.digest), ("Futures", f"{f.futures:,}"),
        ("Seed", str(f.seed)), ("Assumptions", f.assumption_set or "the plan’s own"), ("placeplan", f.placeplan), ("Data to", f.data_date), *back,
    )  # fmt: skip


def description(f: Findings, found: Sequence[Table], files: Mapping[str, bytes]) -> str:
    """`described` as the text of a file."""
    return json.dumps(described(f, found, files), indent=2, ensure_ascii=False) + "\n"


def described(f: Findings, found: Sequence[Table], files: Mapping[str, bytes]) -> dict[str, Any]:
    """A data package (Frictionless, version 1) of all files, by path, each with its size and SHA-256."""
    known = {table.name: table for table in found}
    return {
        "profile": "data-package",
        "name": f"placeplan-{f.digest[:12]}",
        "title": f"{f.place}: {f.plan}",
        "description": f.sentence,
        "version": f.placeplan,
        "sources": [{"title": f"{title} ({licence})"} for title, licence in f.sources],
        "run": {
            "plan": f.digest, "futures": f.futures, "seed": f.seed, "assumption_set": f.assumption_set,
            "command": f"placeplan test PLAN --futures {f.futures} --seed {f.seed}"
            + (f" --set {f.assumption_set}" if f.assumption_set else ""),
        },
        "resources": [_resource(PurePosixPath(path), held, known) for path, held in sorted(files.items())],
    }  # fmt: skip


def _resource(path: PurePosixPath, held: bytes, known: Mapping[str, Table]) -> dict[str, Any]:
    named = "-".join(part for part in path.with_suffix("").parts if part != "data")
    found: dict[str, Any] = {
        "name": f"{named}-{path.suffix[1:]}".lower().replace("_", "-"), "path": path.as_posix(),
        "mediatype": MEDIA[path.suffix], "bytes": len(held), "hash": f"sha256:{hashlib.sha256(held).hexdigest()}",
    }  # fmt: skip
    table = known.get(named)
    if path.suffix == ".csv" and table:
        found["profile"], found["title"] = "tabular-data-resource", table.title
        fields = [{"name": c.name, "type": TYPES[c.kind], "description": c.about} for c in table.columns]
        found["schema"] = {"fields": fields, "missingValues": [""]}
    return found
