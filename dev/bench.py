"""Benchmarks: what the addon does and others do, side by side on the same data, in one run."""

import argparse
import contextlib
import datetime
import functools
import importlib
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from . import browser, demo, paths, stage
from .database import PREFIX, Databases
from .steps import run, say, step

FOLDER = paths.CHECKOUT / "benchmarks"
ROWS = (
    "reconcile",
    "match",
    "profile",
    "open_invoices",
    "statement",
    "exposure",
    "followup",
    "collect",
    "closing",
    "till_start",
    "cashier",
)
TITLES = (
    ("ms_per_unit", "ms"),
    ("cpu_ms_per_unit", "CPU ms"),
    ("queries_per_unit", "queries"),
    ("seconds", "total s"),
    ("peak_mb", "peak MB"),
)


def bench(arguments):
    paths.mount()
    sys.path += map(str, paths.tooling())
    rows = {name: importlib.import_module(f"benchmarks.{name}") for name in ROWS}
    options = _read(arguments, rows)
    report = {"date": datetime.date.today().isoformat(), "machine": _machine(), "rows": {}}
    with stage.ready() as here:
        bench_ = _Bench(Databases(here), options)
        for name in options.only or ROWS:
            say(f"\n{rows[name].TITLE}")
            report["rows"][name] = bench_.measure(name, rows[name])
        report["versions"] = bench_.versions
    for name, figures in report["rows"].items():
        _show(rows[name], figures)
    _show_machine(report)
    file = Path(options.out or paths.CACHE / "bench" / "report.json").resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=2) + "\n")
    say(f"All figures are in {file}")
    return 0


def _read(arguments, rows):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--repeat", type=int, default=3, help="runs of each contender, best counts")
    parser.add_argument("--out", default=os.environ.get("OUT"), help="JSON file to write")
    for row in rows.values():
        row.arguments(parser)
    return parser.parse_args(arguments)


class _Bench:
    """Seeds databases, and runs contenders in turns on copies of them."""

    def __init__(self, databases, options):
        self.databases = databases
        self.stage = databases.stage
        self.options = options
        self.versions = {}

    def measure(self, name, row):
        plan = list(row.runs(self.options))
        for run_ in plan:
            self.seeded(run_)
        done = []
        for turn in range(self.options.repeat):
            for run_ in plan:
                if turn < (run_.repeats or self.options.repeat):
                    done += self._run(name, run_)
        best = _best(done)
        return {
            "title": row.TITLE,
            "runs": done,
            "checks": [
                {"what": check.what, "value": check.value, "target": check.target, "met": check.met}
                for check in row.judge(best)
            ],
        }

    def _run(self, name, run_):
        with step(f"  {_name(run_.contender, run_.size)}") as note:
            job = {"contender": run_.contender, "size": run_.size, **run_.options}
            with self._copy(self.seeded(run_)) as database:
                inside = self._in_browser if run_.served else self._inside
                figures = inside(database, f"benchmarks.{name}", run=job)
            if missing := figures.get("missing"):
                note(f"— {missing}")
                return []
            note(f"— {figures['ms_per_unit']:.1f} ms")
        return [{"contender": run_.contender, "size": run_.size, **figures}]

    def seeded(self, run_):
        """The template with this seed, made anew when the seed's or the addon's code changed."""
        seed = run_.seed
        size = run_.size if run_.seed_size is None else run_.seed_size
        scripts = [FOLDER / "seeds" / f"{script}.py" for script in ("clone", seed)]
        code = paths.digest(*scripts, paths.addons_digest())
        kind = f"{PREFIX}_bench_{paths.CHECKOUT_ID}_{seed}_{size}{'s' if run_.served else ''}"
        name = f"{kind}_{code[:8]}"
        if self.databases.exists(name):
            return name
        for outdated in self.databases.of_this_checkout():
            if outdated.startswith(f"{kind}_"):
                self.databases.drop(outdated)
        self.databases.base()
        with step(f"Seeding {seed}, {size:,} (kept as a template)"):
            draft = f"{PREFIX}_bench_{paths.CHECKOUT_ID}_draft"
            if run_.bare:
                self.databases.drop(draft)
                self.databases.copy(self.databases.base(), draft)
            else:
                self.databases.install(draft)
            self._inside(draft, f"benchmarks.seeds.{seed}", seed=size)
            if run_.served:
                self.databases.build(draft, *demo.BUNDLES)
            self.databases.rename(draft, name)
        return name

    @contextlib.contextmanager
    def _copy(self, template):
        name = f"{PREFIX}_bench_{paths.CHECKOUT_ID}_run"
        self.databases.drop(name)
        self.databases.copy(template, name)
        try:
            yield name
        finally:
            self.databases.drop(name)

    def _inside(self, database, module, **job):
        """Call `seed` or `measure` of a module in an Odoo process."""
        script = functools.partial(self.stage.script, "measure", str(stage.CONFIG), database)
        return self._answer(script, module, job)

    def _in_browser(self, database, module, **job):
        """Call `measure_served` of a module, which drives a browser, while Odoo serves."""
        served = demo.odoo(self.stage, database, self.stage.environment(), "--max-cron-threads=0")
        with served as (_process, url):
            config = str(demo.shop(self.databases, database))
            script = functools.partial(
                self.stage.script, "measure_served", browser.get(), url, database, config
            )
            return self._answer(script, module, job)

    def _answer(self, script, module, job):
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer.json"
            run(
                script(json.dumps({"module": module, **job}), str(answer)),
                log="bench",
                problem=f"{module} failed.",
                env=self.stage.environment(),
            )
            content = json.loads(answer.read_text())
        self.versions |= content["versions"]
        return content["figures"]


def _best(done):
    """The fastest run of each contender and size: noise of the machine only ever adds."""
    best = {}
    for figures in sorted(done, key=lambda figures: figures["ms_per_unit"], reverse=True):
        best[figures["contender"], figures["size"]] = figures
    return best


def _show(row, report):
    say(f"\n{row.TITLE}")
    say(f"  {'':<34}" + "".join(f"{title:>10}" for _key, title in TITLES))
    for (contender, size), figures in sorted(
        _best(report["runs"]).items(), key=lambda item: item[0][1]
    ):
        cells = "".join(_cell(figures.get(key)) for key, _title in TITLES)
        say(f"  {_name(contender, size):<34}{cells}")
    for check in report["checks"]:
        mark = "✔" if check["met"] else "✘"
        say(f"  {mark} {check['what']:<52} {check['value']:8.2f}   {check['target']}")


def _name(contender, size):
    return f"{contender}, {size:,}" if size else contender


def _cell(value):
    return f"{'' if value is None else f'{value:.1f}':>10}"


def _show_machine(report):
    machine, versions = report["machine"], report["versions"]
    say(
        f"\n{report['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB,"
        f" {machine['system']}; " + ", ".join(f"{name} {text}" for name, text in versions.items())
    )


def _machine():
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "system": _system(),
    }


def _system():
    with contextlib.suppress(OSError):
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    return platform.system()
