"""Run every way of matching on every generator; print tables and write JSON."""

import argparse
import json
import os
import platform
import sys
import time
from collections import Counter
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from matching import Matcher, Policy

from . import desk, office, street
from .baselines import BASELINES
from .measure import by_kind, figures, product, timed

GENERATORS = {'office': office.generate, 'street': street.generate, 'desk': desk.generate}
TUNING, REPORTING = 1, 20261120  # never look at the lines of the reporting seed
WAYS = {'pos_receivable': product, **BASELINES}
TARGETS = {
    'precision_lower_95': 0.995,
    'coverage': 0.60,
    'recall_at_3': 0.95,
    'recall_at_3_in_review': 0.95,
    'lines_per_second': 500,
}
LARGE = 50_000  # there, many share name and amount, and fewer of the lines in review are decidable
LARGE_TARGETS = ('precision_lower_95', 'coverage', 'recall_at_3', 'lines_per_second')


def main() -> int:
    parser = argparse.ArgumentParser(prog='make bench-matching', description=__doc__)
    parser.add_argument('--lines', type=int, default=5000, help='receipts per world')
    parser.add_argument('--items', type=int, default=3000, help='open items beside those paid')
    parser.add_argument(
        '--large', type=int, default=100_000, help='items of the large world; 0: none'
    )
    parser.add_argument('--tuning', action='store_true', help='the seed to look at while working')
    parser.add_argument('--kinds', action='store_true', help='also a table per kind of line')
    parser.add_argument(
        '--seeds', type=int, metavar='N', help='only ours, added up over the seeds 1 to N'
    )
    parser.add_argument('--output', type=Path, help='JSON file to write')
    options = parser.parse_args()
    if options.seeds:
        for name in GENERATORS:
            add_up(name, options.seeds, options.lines, options.items)
        return 0
    seed = TUNING if options.tuning else REPORTING
    runs = [run(name, seed, options.lines, options.items, WAYS) for name in GENERATORS]
    if options.large:
        ours = {'pos_receivable': product}
        runs += [run(name, seed, options.lines, options.large, ours) for name in GENERATORS]
    for result in runs:
        show(result, options.kinds)
    missed = misses(runs)
    print('\n'.join(missed) or '\nAll targets are met.')
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        report = {'machine': machine(), 'seed': seed, 'targets': TARGETS, 'runs': runs}
        options.output.write_text(json.dumps(report, indent=2) + '\n')
        print(f'Written: {options.output}')
    return 1 if missed else 0


def run(generator: str, seed: int, lines: int, items: int, ways: dict) -> dict:
    world = GENERATORS[generator](seed, lines, items)
    result = {'generator': generator, 'open_items': len(world.items), 'ways': {}}
    for name, way in ways.items():
        if way is product:
            started = time.process_time()
            matcher = Matcher(world.items, world.knowledge, Policy())
            result['index_seconds'] = round(time.process_time() - started, 2)
            decisions, seconds = timed(partial(product, matcher=matcher), world)
        else:
            decisions, seconds = timed(way, world)
        row = figures(world.cases, decisions)
        row['lines_per_second'] = round(len(world.cases) / seconds)
        result['ways'][name] = row
        if way is product:
            result['kinds'] = by_kind(world.cases, decisions)
    return result


def add_up(generator: str, seeds: int, lines: int, items: int) -> None:
    """Print what is booked in as many worlds, how much of it is wrong, and of which kind."""
    total, wrong = Counter(), Counter()
    for seed in range(1, seeds + 1):
        world = GENERATORS[generator](seed, lines, items)
        decisions = product(world)
        row = figures(world.cases, decisions)
        total.update(
            {name: row[name] for name in ('auto', 'auto_wrong', 'coverage', 'recall_at_3')}
        )
        wrong.update(
            {
                kind: counts['wrong']
                for kind, counts in by_kind(world.cases, decisions).items()
                if counts.get('wrong')
            }
        )
    print(
        f'{generator}: {total["auto"]} booked, {total["auto_wrong"]} of them wrong; coverage '
        f'{total["coverage"] / seeds:.1%}, recall@3 {total["recall_at_3"] / seeds:.1%}',
        *(f'  {kind}: {count} wrong' for kind, count in sorted(wrong.items())),
        sep='\n',
        flush=True,
    )


def show(result: dict, kinds: bool) -> None:
    some = next(iter(result['ways'].values()))
    print(
        f'\n{result["generator"]}: {some["lines"]} lines, {some["matchable"]} of them match '
        f'something; {result["open_items"]} open items, indexed in {result["index_seconds"]} s'
    )
    print(
        f'{"":32}{"auto":>6}{"wrong":>7}{"on none":>8}{"precision":>10}{"lower 95":>9}'
        f'{"coverage":>9}{"money err":>10}{"recall@3":>9}{"in review":>10}{"abstains":>9}{"lines/s":>9}'
    )
    for name, row in result['ways'].items():
        print(
            f'{name:32}{row["auto"]:6}{row["auto_wrong"]:7}{row["auto_on_no_match"]:8}'
            f'{row["precision"]:10.2%}{row["precision_lower_95"]:9.2%}{row["coverage"]:9.1%}'
            f'{row["money_error"]:10.3%}{row["recall_at_3"]:9.1%}'
            f'{row["recall_at_3_in_review"]:10.1%}{row["abstained_on_no_match"]:9.1%}'
            f'{row["lines_per_second"]:9}'
        )
    if kinds:
        for kind, row in result['kinds'].items():
            print(f'  {kind:24}', '  '.join(f'{key} {value}' for key, value in row.items()))


def misses(runs: list[dict]) -> list[str]:
    """Targets that our row misses, as sentences."""
    found = []
    for result in runs:
        row = result['ways']['pos_receivable']
        where = f'{result["generator"]} with {result["open_items"]} items'
        found += [
            f'Missed in {where}: {name} is {row[name]:.4g}, target {target}'
            for name, target in TARGETS.items()
            if row[name] < target and (result['open_items'] < LARGE or name in LARGE_TARGETS)
        ]
        if row['auto_on_no_match']:
            found.append(f'Missed in {where}: {row["auto_on_no_match"]} lines without match booked')
    return found


def machine() -> dict:
    try:
        rapidfuzz = version('rapidfuzz')
    except PackageNotFoundError:
        rapidfuzz = 'not installed'
    return {
        'python': sys.version.split()[0],
        'rapidfuzz': rapidfuzz,
        'python-stdnum': version('python-stdnum'),
        'system': platform.platform(),
        'processor': _processor(),
        'cores': os.cpu_count(),
    }


def _processor() -> str:
    try:
        lines = Path('/proc/cpuinfo').read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((row.split(': ')[1] for row in lines if row.startswith('model name')), '')


sys.exit(main())
