"""Pages in Arabic are mirrored: the program that Odoo calls for it is there and does it."""

import os
import subprocess

from odoo.tools.misc import file_path

from dev import javascript


def test_styles_are_turned_round_as_odoo_asks_for_it():
    path = os.pathsep.join([str(javascript.mirroring()), os.environ["PATH"]])
    done = subprocess.run(
        [javascript.MIRRORING, "-c", file_path("base/data/rtlcss.json"), "-"],
        input=".till { padding-left: 1rem; text-align: right; }",
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert " ".join(done.stdout.split()) == ".till { padding-right: 1rem; text-align: left; }"
