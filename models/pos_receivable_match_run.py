from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from .pos_receivable_reconcile_run import GC_LIMIT, STALE_AFTER


class PosReceivableMatchRun(models.Model):
    """Log of one night's matching in a company. Written in the transaction of each batch."""

    _name = 'pos_receivable.match.run'
    _description = "Matching Run"
    _order = 'date_start desc, id desc'

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    trigger = fields.Selection(
        [('schedule', "Scheduled"), ('manual', "By Hand")],
        default='schedule',
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one('res.users', string="Started By", readonly=True)
    state = fields.Selection(
        [('running', "Running"), ('done', "Done"), ('interrupted', "Interrupted")],
        default='running',
        required=True,
        readonly=True,
        index=True,
    )
    date_start = fields.Datetime(string="Started", required=True, readonly=True, index=True)
    date_progress = fields.Datetime(readonly=True)
    date_end = fields.Datetime(string="Ended", readonly=True)
    examined_count = fields.Integer(string="Examined", readonly=True)
    booked_count = fields.Integer(string="Booked", readonly=True)
    proposed_count = fields.Integer(string="Proposed", readonly=True)
    unmatched_count = fields.Integer(string="Nothing Found", readonly=True)
    skipped_count = fields.Integer(string="Skipped", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)
    obsolete_count = fields.Integer(string="Settled Otherwise", readonly=True)

    @api.depends('date_start')
    @api.depends_context('lang', 'tz')
    def _compute_display_name(self):
        for run in self:
            moment = format_datetime(self.env, run.date_start, dt_format='short')
            run.display_name = self.env._("Matching of %(moment)s", moment=moment)

    @api.model
    def _start(self, company, trigger):
        now = self.env.cr.now()
        return self.create(
            {
                'company_id': company.id,
                'trigger': trigger,
                'user_id': self.env.uid,
                'date_start': now,
                'date_progress': now,
            }
        )

    @api.model
    def _get_running(self, company):
        """The scheduled run to go on with, if one was stopped between two batches; one left alone
        for hours is closed as interrupted."""
        running = self._search_running(company)
        now = self.env.cr.now()
        stale = running.filtered(lambda run: run.date_progress < now - STALE_AFTER)
        stale.write({'state': 'interrupted', 'date_end': now})
        return (running - stale)[:1]

    @api.model
    def _finish_running(self, companies):
        self._search_running(companies)._finish()

    @api.model
    def _search_running(self, companies):
        return self.search(
            [
                ('company_id', 'in', companies.ids),
                ('trigger', '=', 'schedule'),
                ('state', '=', 'running'),
            ]
        )

    def _add(self, counts):
        self.ensure_one()
        values = {f'{name}_count': self[f'{name}_count'] + count for name, count in counts.items()}
        self.write({**values, 'date_progress': self.env.cr.now()})

    def _finish(self):
        self.write({'state': 'done', 'date_end': self.env.cr.now()})

    @api.autovacuum
    def _gc_runs(self):
        """Delete runs, and proposals that came to nothing, older than the retention time. What was
        decided stays in the decision log."""
        days = self.env['pos_receivable.jobs']._get_setting('retention')
        limit = self.env.cr.now() - timedelta(days=days)
        runs = self.search([('date_start', '<', limit), ('state', '!=', 'running')], limit=GC_LIMIT)
        proposals = self.env['pos_receivable.match.proposal'].search(
            [('state', '=', 'obsolete'), ('date_matched', '<', limit)], limit=GC_LIMIT
        )
        done = len(runs) + len(proposals)
        full = GC_LIMIT in (len(runs), len(proposals))
        runs.unlink()
        proposals.unlink()
        return done, full
