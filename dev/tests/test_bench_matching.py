"""The matching library can be measured without Odoo, a database or an installed addon."""

import json

from dev import bench_matching


def test_a_small_world_is_measured_and_written_down(tmp_path, monkeypatch):
    report = tmp_path / "report.json"
    monkeypatch.setenv("OUT", str(report))
    # Whether so few lines meet the targets says nothing.
    bench_matching.bench_matching(["--lines", "60", "--items", "60", "--large", "0"])
    runs = json.loads(report.read_text())["runs"]
    assert runs
    for run in runs:
        assert {"open_items", "ways"} <= set(run)
