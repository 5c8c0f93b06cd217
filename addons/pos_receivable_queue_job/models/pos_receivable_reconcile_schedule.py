from collections import deque

from psycopg2.errors import SerializationFailure

from odoo import api, models

from odoo.addons.pos_receivable.models.pos_receivable_jobs import MAX_TRIES

CHANNEL = 'pos_receivable'
ALIVE = ('wait_dependencies', 'pending', 'enqueued', 'started')


class PosReceivableReconcileSchedule(models.AbstractModel):
    """Parallel workers are chains of jobs instead of scheduled actions: one chain for each company
    and shard, one job for each batch."""

    _inherit = 'pos_receivable.reconcile.schedule'

    @api.model
    def _start_schedule(self):
        # EXTENDS 'pos_receivable'
        workers = self._get_setting('workers')
        if workers == 1:
            return super()._start_schedule()
        return self._enqueue_chains(workers)

    @api.model
    def _count_wanted_crons(self):
        # EXTENDS 'pos_receivable'
        return 1

    @api.model
    def _enqueue_chains(self, workers):
        """Begin the chains of jobs that are not under way already."""
        if not self._claim_queue():
            return
        # Left from before queue_job was installed. One that runs now stays until next time.
        self._sync_workers()
        self._ensure_channel()
        chains = {
            self._get_identity_key(company, (index, workers)): (company, (index, workers))
            for company in self._get_root_companies()
            for index in range(workers)
        }
        # The queue itself no longer counts a job that has started.
        jobs = self.env['queue.job'].sudo()
        jobs = jobs.search([('identity_key', 'in', list(chains)), ('state', 'in', ALIVE)])
        under_way = set(jobs.mapped('identity_key'))
        for key, chain in chains.items():
            if key not in under_way:
                self._enqueue_step(*chain)

    @api.model
    def _claim_queue(self):
        """Let nobody else begin chains until this transaction ends.

        :return: False when somebody did since this transaction began, unseen by it
        """
        root = self.env.ref('queue_job.channel_root')
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    "UPDATE queue_job_channel SET name = name WHERE id = %s",
                    [root.id],
                    log_exceptions=False,
                )
        except SerializationFailure:
            return False
        return True

    @api.model
    def _ensure_channel(self):
        """Make the channel's record: how long its jobs are kept is set there. How many of them
        run at once is up to the configuration of the job runner."""
        channels = self.env['queue.job.channel'].sudo()
        if not channels.search_count([('complete_name', '=', f'root.{CHANNEL}')], limit=1):
            root = self.env.ref('queue_job.channel_root')
            channels.create({'name': CHANNEL, 'parent_id': root.id})

    @api.model
    def _get_identity_key(self, company, shard):
        index, count = shard
        return f'pos_receivable.reconcile.{company.id}.{index}.{count}'

    @api.model
    def _enqueue_step(self, company, shard):
        self._with_tree(company).with_delay(
            channel=f'root.{CHANNEL}',
            description=self.env._(
                "Reconcile payments of %(company)s (%(worker)s)",
                company=company.name,
                worker=self._get_worker_name(shard),
            ),
            identity_key=self._get_identity_key(company, shard),
        )._job_step(company.id, *shard)

    @api.model
    def _job_step(self, company_id, index, count):
        """Do one step. The next one is a job of its own, committed with this one.

        A conflict is left to the queue, which rolls the job back and does it again, without end:
        a batch that never gets through is put off to the end of the run.
        """
        # Elevated: see _get_root_companies.
        company = self.env['res.company'].sudo().browse(company_id).exists()
        if not company:
            return
        schedule = self._with_company(company)
        do_step = schedule._put_off if self._count_tries() >= MAX_TRIES else schedule._step
        _batch, more = do_step(company, (index, count), deque())
        if more:
            self._enqueue_step(company, (index, count))

    @api.model
    def _count_tries(self):
        """How often the present job was tried before."""
        uuid = self.env.context.get('job_uuid')
        return self.env['queue.job'].sudo().search([('uuid', '=', uuid)]).retry

    @api.model
    def _forget_queue(self):
        """Delete the jobs and their channel, before the addon is removed."""
        channel = f'root.{CHANNEL}'
        self.env['queue.job'].sudo().search([('channel', '=', channel)]).unlink()
        self.env['queue.job.channel'].sudo().search([('complete_name', '=', channel)]).unlink()
