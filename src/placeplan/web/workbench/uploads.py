"""What people upload, as files of a plan: a ZIP of its folder, or its workbook. Nothing is unpacked onto the disk by its own name."""

from __future__ import annotations

import io
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from placeplan.core.errors import PlanError
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


def files_in(upload: IO[bytes], name: str) -> dict[str, bytes]:
    """Files of a plan by path from an upload.

    Raises:
        PlanError: with all that is wrong with it.
    """
    if name.lower().endswith(".xlsx"):
        return _of_workbook(upload)
    if name.lower().endswith(".zip"):
        return _of_zip(upload, name)
    raise PlanError([problem(name, 0, "", "unknown-choice", f"“{name}” is neither a ZIP nor a workbook.", "Upload the plan’s folder as .zip, or its workbook as .xlsx.")])  # fmt: skip


def kept_beside(upload: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of a plan that an upload cannot hold, and so does not take away: beside a workbook those that no form reads, such as notes."""
    if not upload.lower().endswith(".xlsx"):
        return {}
    return {path: data for path, data in files.items() if not parts_in(path)}


def _of_workbook(upload: IO[bytes]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="placeplan-") as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(upload.read())
        return {p: text.encode() for p, text in load(path, lambda _: None).files.items()}


def _of_zip(upload: IO[bytes], name: str) -> dict[str, bytes]:
    """Files of an archive; sizes are looked at before anything is unpacked, and a single folder around all is left out."""
    try:
        with zipfile.ZipFile(upload) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir() and not _of_the_system(i.filename)]
            _refuse_odd(infos)
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


def _refuse_odd(infos: Sequence[zipfile.ZipInfo]) -> None:
    """Raise PlanError where an archive has links or other things that are no files, or two files of one name."""
    counts = Counter(i.filename for i in infos)
    wrong = [problem(n[:300], 0, "", "duplicate-id", f"There are {c} files “{n[:300]}” in the archive.", "Keep one of them.") for n, c in counts.items() if c > 1]  # fmt: skip
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            name = info.filename[:300]
            wrong.append(problem(name, 0, "", "unknown-file", f"“{name}” is a link, or no plain file.", "Put the file itself there, under a plain name."))  # fmt: skip
    if wrong:
        raise PlanError(wrong)


def _of_the_system(path: str) -> bool:
    """Files that systems put beside those of people."""
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")


def _around(paths: list[str]) -> str:
    """The one folder in which all files lie, with its slash; blank where there is none, or the plan's file is at the top.

    >>> _around(["plan/plan.yaml", "plan/beds.csv"]), _around(["plan.yaml", "initiatives/a.yaml"])
    ('plan/', '')
    """
    tops = {p.split("/", 1)[0] for p in paths if "/" in p}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in p for p in paths) else ""


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
