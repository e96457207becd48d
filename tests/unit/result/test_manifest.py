import json

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.result.manifest import FileEntry, Manifest, read_manifest

MANIFEST = Manifest(
    run_id="abc",
    status="finished",
    versions={"ml4t_desktop": "0.1.0"},
    files=(FileEntry(name="trades.parquet", sha256="0" * 64, rows=3),),
    rows={"trades": 3},
    phases={"read": 0.1, "prepare": 0.0, "engine": 0.2, "write": 0.3},
)


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    (tmp_path / "manifest.json").write_text(MANIFEST.to_json())
    assert read_manifest(tmp_path) == MANIFEST


def test_a_manifest_is_json_with_the_declared_keys():
    document = json.loads(MANIFEST.to_json())
    assert list(document) == ["run_id", "status", "versions", "files", "rows", "phases"]
    assert document["files"] == [{"name": "trades.parquet", "sha256": "0" * 64, "rows": 3}]


def test_keys_of_a_later_version_are_passed_over(tmp_path):
    document = json.loads(MANIFEST.to_json()) | {"colour": "blue"}
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    assert read_manifest(tmp_path) == MANIFEST


def test_a_manifest_with_a_value_of_the_wrong_type_is_refused(tmp_path):
    document = json.loads(MANIFEST.to_json()) | {"rows": {"trades": "many"}}
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match="damaged"):
        read_manifest(tmp_path)
