from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

STALE_AFTER = timedelta(hours=6)  # a run without a batch for so long was given up
GC_LIMIT = 1000


class PosReceivableRun(models.AbstractModel):
    """Log of what a nightly job did once in a company. Written in the transaction of each batch,
    so that it tells what the books show, killed worker or not."""

    _name = 'pos_receivable.run'
    _description = "Nightly Run"
    _order = 'date_start desc, id desc'
    _rec_name = 'date_start'

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
    date_end = fields.Datetime(string="Ended", readonly=True)
    # When the last batch was committed.
    date_progress = fields.Datetime(readonly=True)
    examined_count = fields.Integer(string="Examined", readonly=True)
    skipped_count = fields.Integer(string="Skipped", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)

    @api.depends('date_start')
    @api.depends_context('lang', 'tz')
    def _compute_display_name(self):
        for run in self:
            run.display_name = run._get_title(
                format_datetime(self.env, run.date_start, dt_format='short')
            )

    def _get_title(self, moment):
        raise NotImplementedError

    @api.model
    def _start(self, company, trigger, **values):
        now = self.env.cr.now()
        return self.create(
            {
                'company_id': company.id,
                'trigger': trigger,
                'user_id': self.env.uid,
                'date_start': now,
                'date_progress': now,
                **values,
            }
        )

    @api.model
    def _find_running(self, companies):
        """The scheduled runs that have not ended."""
        return self.search(
            [
                ('company_id', 'in', companies.ids),
                ('trigger', '=', 'schedule'),
                ('state', '=', 'running'),
            ]
        )

    @api.model
    def _find_stopped(self, company):
        """The scheduled runs to go on with, if some were stopped between two batches: their time
        was up, or their process was killed. One left alone for hours is closed as interrupted."""
        running = self._find_running(company)
        now = self.env.cr.now()
        stale = running.filtered(lambda run: run.date_progress < now - STALE_AFTER)
        stale.write({'state': 'interrupted', 'date_end': now})
        return running - stale

    def _add(self, counts, **values):
        """Add the counts of a batch to this run, or to none.

        :param counts: ``{name of a count: number}``
        """
        for run in self:
            totals = {f'{name}_count': run[f'{name}_count'] + n for name, n in counts.items()}
            run.write({**totals, **values, 'date_progress': self.env.cr.now()})

    def _finish(self):
        self.write({'state': 'done', 'date_end': self.env.cr.now()})

    @api.model
    def _delete_expired(self, model, domain, date):
        """Delete runs, and what ``domain`` finds in ``model``, older than the retention time; not
        too many at once.

        :param str date: the field that tells how old the others are
        :return: what a vacuum wants to know: ``(number deleted, whether there is more)``
        """
        days = self.env['pos_receivable.jobs']._get_setting('retention')
        limit = self.env.cr.now() - timedelta(days=days)
        runs = self.search([('date_start', '<', limit), ('state', '!=', 'running')], limit=GC_LIMIT)
        expired = self.env[model].search([*domain, (date, '<', limit)], limit=GC_LIMIT)
        done = len(runs) + len(expired)
        is_full = GC_LIMIT in (len(runs), len(expired))
        runs.unlink()
        expired.unlink()
        return done, is_full
