from functools import partial

from odoo import api, models
from odoo.tools import SQL

BATCH = 1000  # customers looked at and committed together


class PosReceivableFollowupSchedule(models.AbstractModel):
    """The night's look at all who owe something, in batches that are committed. Killed at any point, the
    next turn of the same day goes on with the customers behind the last batch."""

    _name = 'pos_receivable.followup.schedule'
    _inherit = 'pos_receivable.jobs'
    _description = "Follow-up: Schedule"

    @api.model
    def _run_schedule(self):
        roots = self._get_root_companies()
        for place, root in enumerate(roots, start=1):
            if self._give_turn(root, self._refresh_company, others=place < len(roots)) is False:
                return

    @api.model
    def _refresh_company(self, root, *, others):
        """
        :return: whether there is time left
        """
        root = root.sudo()
        day = self.env['pos_receivable.case']._get_today(root).isoformat()
        progress = root.receivable_followup_progress or {}
        if progress.get('day') != day:
            progress = {'day': day, 'after': 0}
        waiting = [id_ for id_ in self._find_customers(root) if id_ > progress['after']]
        while waiting:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            commit = partial(self._commit_batch, root, batch, day, len(waiting) + int(others))
            if not self._try_again(commit, lambda: 1.0):
                return False
        return True

    @api.model
    def _commit_batch(self, root, batch, day, remaining):
        """
        :return: seconds left
        """
        customers = self.env['res.partner'].sudo().browse(batch)
        self.env['pos_receivable.followup.engine'].sudo()._refresh(root, customers)
        root.receivable_followup_progress = {'day': day, 'after': batch[-1]}
        return self.env['ir.cron']._commit_progress(len(batch), remaining=remaining)

    @api.model
    def _find_customers(self, root):
        """Who has an open item, a case or a promise: ids of commercial entities, in their order."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND (line.amount_residual != 0 OR line.amount_residual_currency != 0)
                   AND line.account_id = ANY(ARRAY(
                           SELECT id FROM account_account WHERE account_type = 'asset_receivable'
                       ))
                   AND line.company_id = ANY(ARRAY(
                           SELECT id FROM res_company WHERE parent_path LIKE %(tree)s
                       ))
                 UNION
                SELECT partner_id FROM pos_receivable_case WHERE company_id = %(root)s AND active
                 UNION
                SELECT partner_id
                  FROM pos_receivable_promise
                 WHERE company_id = %(root)s AND state IN ('open', 'kept', 'broken')
              ORDER BY 1
                """,
                root=root.id,
                tree=f'{root.id}/%',
            )
        )
        return [id_ for [id_] in rows]
