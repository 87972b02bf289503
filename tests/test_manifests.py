"""Manifests: the last three and their files are kept; one that a loss of power tore names nothing, and the next is whole."""

from pathlib import Path

import pytest

from pipeline.building.publisher import Publisher
from pipeline.errors import Stopped
from pipeline.results import MANIFEST, open_results

pytestmark = pytest.mark.usefixtures("facts_alone")


def manifest(publisher: Publisher, told: str) -> dict[str, object]:
    return {"definitions": publisher.document("definitions", told), "documents": {}, "tables": {}}


@pytest.mark.parametrize("torn", ["", "{"])
def test_a_torn_manifest_is_as_none_and_is_written_anew(tmp_path: Path, torn: str) -> None:
    (tmp_path / MANIFEST).write_text(torn, "utf-8")
    with pytest.raises(Stopped, match=r"manifest\.json: is damaged; `build` or `run` writes it anew"):
        open_results(tmp_path)
    publisher = Publisher(tmp_path)
    assert not publisher.is_whole and publisher.publish(manifest(publisher, "new"))
    assert Publisher(tmp_path).is_whole


def test_a_torn_manifest_of_before_stops_no_publication(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(manifest(publisher, "old"))
    (tmp_path / "manifest.1.json").write_text("{", "utf-8")
    assert publisher.publish(manifest(publisher, "new"))
    assert publisher.publish(manifest(publisher, "newer")) and Publisher(tmp_path).is_whole


def test_files_of_the_last_three_publications_are_kept(tmp_path: Path) -> None:
    publisher, names = Publisher(tmp_path), []
    for told in ("first", "second", "third", "fourth", "fourth"):
        one = manifest(publisher, told)
        names.append(one["definitions"])
        assert publisher.publish(one) is (names.count(one["definitions"]) == 1)
    kept = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.json")}
    assert kept == {*names[1:], MANIFEST, "manifest.1.json", "manifest.2.json"}
