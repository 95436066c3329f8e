"""What people upload, as files of a plan: a ZIP of its folder, or its workbook. Nothing is unpacked onto the disk by its own name."""

from __future__ import annotations

import io
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import IO, Final

from placeplan.core.errors import MOST_NEAR, PlanError, Problem, either
from placeplan.plan.elements.parts import parts_in
from placeplan.plan.located import problem
from placeplan.plan.workbook.book import book_of
from placeplan.plan.workbook.draw import draw
from placeplan.plan.workbook.load import load
from placeplan.web.store.folders import refuse_astray, refuse_too_large

UNREADABLE: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What reading a damaged archive raises; NotImplementedError where it is packed in a way that Python does not know."""


WORKBOOKS: Final = ("[Content_Types].xml", "content.xml")
"""Files at the top of what programs for tables write, which are archives too."""


@dataclass(frozen=True)
class Brought:
    """What an upload holds: files of a plan by path, and what should be asked about how it is written."""

    files: dict[str, bytes]
    warnings: tuple[Problem, ...] = ()


def files_in(upload: IO[bytes], name: str) -> Brought:
    """The plan of an upload.

    Raises:
        PlanError: with all that is wrong with it.
    """
    if name.lower().endswith(".xlsx"):
        return _of_workbook(upload)
    if name.lower().endswith(".zip"):
        return Brought(_of_zip(upload, name))
    raise PlanError([problem(name, 0, "", "unknown-choice", f"“{name}” is neither a ZIP nor a workbook.", "Upload the plan’s folder as .zip, or its workbook as .xlsx.")])  # fmt: skip


def kept_beside(upload: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of a plan that an upload cannot hold, and so does not take away: beside a workbook those that no form reads, such as notes."""
    if not upload.lower().endswith(".xlsx"):
        return {}
    return {path: data for path, data in files.items() if not parts_in(path)}


def _of_workbook(upload: IO[bytes]) -> Brought:
    with tempfile.TemporaryDirectory(prefix="placeplan-") as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(upload.read())
        found = load(path)
        return Brought({p: text.encode() for p, text in found.files.items()}, found.warnings)


def _of_zip(upload: IO[bytes], name: str) -> dict[str, bytes]:
    """Files of an archive; sizes are looked at before anything is unpacked, and folders around all are left out."""
    try:
        with zipfile.ZipFile(upload) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir() and not _of_the_system(i.filename)]
            if wrong := [*_no_plan([i.filename for i in infos], name), *_odd(infos)]:
                raise PlanError(wrong)
            refuse_too_large(((i.filename, i.file_size) for i in infos), name)
            around = _around([i.filename for i in infos])
            names = {i.filename: i.filename.removeprefix(around) for i in infos}
            refuse_astray(names.values())
            return {names[i.filename]: archive.read(i) for i in infos}
    except UNREADABLE as failed:
        what = f"“{name}” cannot be unpacked: it is damaged, or locked by a password."
        raise PlanError(
            [problem(name, 0, "", "unreadable-file", what, "Pack the folder again, without a password.")]
        ) from failed


def _no_plan(paths: Sequence[str], name: str) -> list[Problem]:
    """A problem where plan.yaml is not at the top of an archive, or in the folders that are around all."""
    if f"{_around(paths)}plan.yaml" in paths:
        return []
    inside = sorted(str(PurePosixPath(p).parent)[:300] for p in paths if p.rsplit("/", 1)[-1] == "plan.yaml")
    if inside:
        mend = f"Pack {either(inside[:MOST_NEAR])} alone."
    elif any(p in WORKBOOKS for p in paths):
        mend = "It is a workbook by its inside: save it as an Excel workbook, and upload that under its own name, with .xlsx."
    else:
        mend = "Pack the plan’s whole folder: what an archive does not have would be taken out of the draft."
    what = f"“{name}” holds no plan: there is no plan.yaml at its top."
    return [problem(name, 0, "", "no-plan", what, mend)]


def _odd(infos: Sequence[zipfile.ZipInfo]) -> list[Problem]:
    """A problem for each link or other thing in an archive that is no file, and where two files have one name."""
    counts = Counter(i.filename for i in infos)
    wrong = [problem(n[:300], 0, "", "duplicate-id", f"There are {c} files “{n[:300]}” in the archive.", "Keep one of them.") for n, c in counts.items() if c > 1]  # fmt: skip
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            name = info.filename[:300]
            wrong.append(problem(name, 0, "", "unknown-file", f"“{name}” is a link, or no plain file.", "Put the file itself there, under a plain name."))  # fmt: skip
    return wrong


def _of_the_system(path: str) -> bool:
    """Files that systems put beside those of people."""
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")


def _around(paths: Iterable[str]) -> str:
    """The folders in which all files lie, with their slash; blank where there are none, or the plan's file is at the top.

    >>> _around(["plan/plan.yaml", "plan/beds.csv"]), _around(["plan.yaml", "initiatives/a.yaml"])
    ('plan/', '')
    >>> _around(["plan/plan/plan.yaml", "plan/plan/initiatives/a.yaml"])
    'plan/plan/'
    """
    folders = [p.split("/")[:-1] for p in paths]
    common = takewhile(lambda names: len(set(names)) == 1, zip(*folders, strict=False))
    return "".join(f"{names[0]}/" for names in common)


def as_zip(files: Mapping[str, bytes], around: str) -> bytes:
    """A folder as an archive: the same files, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{around}/{path}", (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def as_workbook(folder: Path) -> bytes:
    """A plan's folder as its workbook."""
    with tempfile.TemporaryDirectory(prefix="placeplan-") as aside:
        path = Path(aside) / "plan.xlsx"
        draw(book_of(folder), path)
        return path.read_bytes()
