"""odoo_bin.py ARGUMENTS: Odoo's own command line. A server of several processes starts its parts by
calling this file again, which it cannot do with ``python -m odoo``."""

from odoo.cli.command import main

main()
