"""Time, processor time and SQL queries of a block of code inside Odoo."""

import os
import resource
import time
from pathlib import Path

from odoo import sql_db

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


class Meter:
    """Adds up what happens inside ``with meter:``; ``units`` are what was done there."""

    def __init__(self, env):
        self.env = env
        self.seconds = self.cpu = 0.0
        self.queries = self.units = 0
        self.memory_at_start = None

    def __enter__(self):
        if self.memory_at_start is None:
            self.memory_at_start = _resident()
        self.cpu -= self._cpu()
        self.queries -= sql_db.sql_counter
        self.seconds -= time.perf_counter()

    def __exit__(self, *_error):
        self.seconds += time.perf_counter()
        self.queries += sql_db.sql_counter
        self.cpu += self._cpu()

    def _cpu(self):
        """Of this process and, when they run on this machine, of the database's processes."""
        self.env.cr.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        backends = [pid for (pid,) in self.env.cr.fetchall()]
        return time.process_time() + sum(map(_cpu_of, backends))

    def figures(self):
        return {
            "seconds": self.seconds,
            "cpu": self.cpu,
            "queries": self.queries,
            "units": self.units,
            "ms_per_unit": 1000 * self.seconds / self.units,
            "cpu_ms_per_unit": 1000 * self.cpu / self.units,
            "queries_per_unit": self.queries / self.units,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "growth_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            - self.memory_at_start,
        }


def _cpu_of(pid):
    stat = PROC / str(pid) / "stat"
    if not stat.exists():  # a server elsewhere
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    if not stat.exists():
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
