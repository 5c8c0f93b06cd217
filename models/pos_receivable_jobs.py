import logging
import random
import time

from odoo import api, models

from ..tools.isolate import CONFLICTS

_logger = logging.getLogger(__name__)

MAX_TRIES = 5
# name: (default, lowest, highest)
SETTINGS = {
    'batch_size': (100, 1, 500),
    'workers': (1, 1, 16),
    'retention': (90, 1, 3650),
    'activity_after': (3, 1, 100),
}


class PosReceivableJobs(models.AbstractModel):
    """What the nightly jobs have in common: settings, companies, and patience with others."""

    _name = 'pos_receivable.jobs'
    _description = "Nightly Jobs"

    @api.model
    def _get_setting_bounds(self):
        """For other addons to add to: each setting ``pos_receivable.<name>`` is a field
        ``receivable_<name>`` of ``res.config.settings``.

        :return: ``{name: (default, lowest, highest)}``
        """
        return SETTINGS

    @api.model
    def _get_setting(self, name):
        """The value of a setting, within its bounds whatever was entered by hand."""
        default, lowest, highest = self._get_setting_bounds()[name]
        # Elevated: administrators alone may read parameters; these are no secrets.
        parameters = self.env['ir.config_parameter'].sudo()
        value = parameters.get_param(f'pos_receivable.{name}', default)
        try:
            return min(max(int(value), lowest), highest)
        except (TypeError, ValueError):
            return default

    @api.model
    def _get_tree(self, company):
        """The branches of a root company, itself first, as far as the user may work in them."""
        # Elevated to see the whole tree, then cut down to the user's own companies.
        tree = company.sudo().search([('id', 'child_of', company.id)])
        if not self.env.su:
            tree &= self.env.user.sudo().company_ids
        return company & tree | tree

    @api.model
    def _with_tree(self, company):
        return self.with_context(allowed_company_ids=self._get_tree(company).ids)

    @api.model
    def _get_root_companies(self):
        # Elevated: who works in branches alone may not see their root.
        roots = self.env['res.company'].sudo().search([('parent_id', '=', False)])
        return roots.filtered(self._get_tree)

    @api.model
    def _try_again(self, work, fallback):
        """The result of ``work``, which commits.

        What somebody else changes at the same moment makes PostgreSQL refuse the transaction,
        which is then rolled back as a whole and tried again, in the end with ``fallback``.
        """
        for attempt in range(1, MAX_TRIES + 1):
            try:
                return work()
            except CONFLICTS as error:
                self.env.cr.rollback()
                _logger.info(
                    "%s: %s, the batch is tried again (%s of %s)",
                    self._description,
                    type(error).__name__,
                    attempt,
                    MAX_TRIES,
                )
                time.sleep(random.uniform(0.0, 0.05 * 2**attempt))
        return fallback()

    @api.model
    def _give_turn(self, company, work, *, others):
        """The result of ``work``, which commits; None when it failed: that is logged, and is no
        reason for the other companies to be left out.

        :param others: whether companies are left to look at after this one
        """
        try:
            return work(company, others=others)
        except Exception as error:
            self.env.cr.rollback()
            _logger.error(
                "%s: %s is left out, %s", self._description, company.name, error, exc_info=error
            )
            # Nothing is left to do for it tonight: the scheduler need not call again at once.
            self.env['ir.cron']._commit_progress(remaining=int(others))
            return None
