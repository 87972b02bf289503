"""A report that is killed as it is written leaves each file and folder whole: the old one or the new."""

import errno
import shutil
from pathlib import Path
from unittest import mock

import pytest

from pipeline.report.whole import heal, put_file, put_folder

OLD, NEW = {"index.html": "old", "a.csv": "old"}, {"index.html": "new", "b.csv": "new"}


class Killed(BaseException):
    pass


def die_at(death: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Death comes before that step; of a folder that is removed one file is gone by then."""
    steps = iter(range(100))

    def mortal(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def step(place: Path, *more: object, **options: object) -> object:
            if next(steps) == death:
                for file in sorted(place.glob("*"))[-1:] if name == "rmtree" else ():
                    file.unlink()
                raise Killed
            return real(place, *more, **options)

        monkeypatch.setattr(owner, name, step)

    for owner, name in (
        (Path, "mkdir"),
        (Path, "write_bytes"),
        (Path, "rename"),
        (Path, "replace"),
        (shutil, "rmtree"),
    ):
        mortal(owner, name)


def content(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


@pytest.mark.parametrize("death", range(8))
def test_a_folder_is_the_old_one_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, death: int) -> None:
    place = tmp_path / "2026-W45" / "en"
    put_folder(place, OLD)
    with monkeypatch.context() as dying:
        die_at(death, dying)
        with pytest.raises(Killed):
            put_folder(place, NEW)
    heal(tmp_path)
    assert content(place) == (NEW if death == 7 else OLD)
    put_folder(place, NEW)
    assert content(place) == NEW and [one.name for one in place.parent.iterdir()] == ["en"]


def test_a_file_for_which_no_room_is_left_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = mock.Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"No space left on device: .*feed\.xml"):
        put_file(tmp_path / "feed.xml", "new")
    with pytest.raises(OSError, match=r"No space left on device: .*index\.html"):
        put_folder(tmp_path / "en", NEW)


@pytest.mark.parametrize("death", range(2))
def test_a_file_is_the_old_one_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, death: int) -> None:
    put_file(tmp_path / "feed.xml", "old")
    with monkeypatch.context() as dying:
        die_at(death, dying)
        with pytest.raises(Killed):
            put_file(tmp_path / "feed.xml", "new")
    assert (tmp_path / "feed.xml").read_text() == "old"
