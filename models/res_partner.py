import logging
from collections import Counter

from psycopg2 import OperationalError

from odoo import models
from odoo.tools import SQL

from ..tools.new_payment import is_making_payment

_logger = logging.getLogger(__name__)

RANKS = 'pos_receivable.ranks'


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _increase_rank(self, field, n=1):
        # EXTENDS 'account'
        # The core counts the entries of a customer once they are committed, record by record: of each
        # it reads and writes the address too. While a cashier waits, the count alone is raised.
        known = self.filtered(field) if is_making_payment(self.env) else self.browse()
        if known:
            known._raise_receivable_rank_after_commit(field, n)
        return super(ResPartner, self - known)._increase_rank(field, n)

    def _raise_receivable_rank_after_commit(self, field, n):
        postcommit = self.env.cr.postcommit
        ranks = postcommit.data.setdefault(RANKS, Counter())
        if not ranks:
            registry = self.env.registry
            postcommit.add(lambda: _raise_ranks(registry, ranks))
        ranks.update(dict.fromkeys(((field, id_) for id_ in self.ids), n))


def _raise_ranks(registry, ranks):
    try:
        with registry.cursor() as cr:
            for (field, id_), n in sorted(ranks.items()):
                cr.execute(
                    SQL(
                        "UPDATE res_partner SET %(rank)s = %(rank)s + %(n)s WHERE id = %(id)s",
                        rank=SQL.identifier(field),
                        n=n,
                        id=id_,
                    ),
                    log_exceptions=False,
                )
    except OperationalError:
        # As in the core: somebody is changing this customer, and a count may be one too low.
        _logger.debug("Ranks of customers could not be raised")
    finally:
        ranks.clear()
