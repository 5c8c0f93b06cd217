from odoo import api, fields, models


class PosReceivableMatchRun(models.Model):
    """Log of one night's matching in a company."""

    _name = 'pos_receivable.match.run'
    _description = "Matching Run"
    _inherit = ['pos_receivable.run']

    booked_count = fields.Integer(string="Booked", readonly=True)
    proposed_count = fields.Integer(string="Proposed", readonly=True)
    unmatched_count = fields.Integer(string="Nothing Found", readonly=True)
    obsolete_count = fields.Integer(string="Settled Otherwise", readonly=True)

    def _get_title(self, moment):
        # EXTENDS 'pos_receivable'
        return self.env._("Matching of %(moment)s", moment=moment)

    @api.model
    def _get_running(self, company):
        return self._find_stopped(company)[:1]

    @api.autovacuum
    def _gc_runs(self):
        """Delete runs, and proposals that came to nothing, older than the retention time. What was
        decided stays in the decision log."""
        return self._delete_expired(
            'pos_receivable.match.proposal', [('state', '=', 'obsolete')], 'date_matched'
        )
