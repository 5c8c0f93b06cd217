from collections import deque
from functools import partial

from odoo import api, models
from odoo.tools import get_lang

from .pos_receivable_jobs import SETTINGS
from .pos_receivable_reconcile_run import CRON

QUEUE = 1000  # candidates fetched at once: the query costs about the same for one
# What the scheduled actions of parallel workers have in common, at any time.
SCHEDULE = ('active', 'interval_number', 'interval_type', 'priority')
NUMBERS = range(2, SETTINGS['workers'][2] + 1)
LATE_WORKERS = 'pos_receivable.late_workers'


class PosReceivableReconcileSchedule(models.AbstractModel):
    """The work of a night, in steps of one batch. Everything a step has to know is in the run
    record, which is committed with the batch: any process can do the next one.

    Like the runs and issues, the scheduled actions of parallel workers are read and kept elevated:
    accountants, who may start the work by hand, have no rights on them."""

    _name = 'pos_receivable.reconcile.schedule'
    _inherit = 'pos_receivable.jobs'
    _description = "Reconciliation: Schedule"

    @api.model
    def _start_schedule(self):
        """Do the scheduled action's work: all leftovers, or the share of the worker that calls."""
        if self._get_late_workers():
            self._try_again(self._commit_late_workers, lambda: None)
        if self._is_dismissed():
            self.env['ir.cron']._commit_progress(remaining=0, deactivate=True)
            return
        self._run_schedule(self._get_shard())

    @api.model
    def _run_schedule(self, shard=(0, 1)):
        """Work through the leftovers of every company until none is left or the time of the
        scheduled action is up.

        :param shard: ``(index, count)``: the part of the customers to do
        """
        companies = self._get_root_companies()
        for position, company in enumerate(companies, start=1):
            step = partial(self._commit_step, shard=shard, queue=deque())
            more = True
            while more:
                done = self._give_turn(company, step, others=position < len(companies))
                more, time_left = done or (False, None)
                # Looking at a company without leftovers is no place to stop at: the next time
                # begins with it again, and those behind it would never have their turn.
                if more and not time_left:
                    return

    @api.model
    def _get_engine(self):
        return self.env['pos_receivable.reconcile.engine']

    @api.model
    def _commit_step(self, company, shard, queue, *, others):
        """Do and commit one step.

        A batch that never gets through is put off to the end of the run.

        :param deque queue: candidates known so far; filled and emptied here
        :param others: whether companies are left to look at after this one
        :return: ``(more, seconds left)``
        """
        schedule = self._with_company(company)
        return self._try_again(
            lambda: self._commit(*schedule._step(company, shard, queue), queue, others),
            lambda: self._commit(*schedule._put_off(company, shard, queue), queue, others),
        )

    @api.model
    def _with_company(self, company):
        """In the branches of ``company``, and where nobody asks who would have a language, in that of
        who is in charge there: errors and messages are written once, for all who read them."""
        schedule = self._with_tree(company)
        if self.env.context.get('lang'):
            return schedule
        language = company.receivable_reconcile_user_id.lang or company.partner_id.lang
        return schedule.with_context(lang=get_lang(self.env, language).code)

    @api.model
    def _commit(self, batch, more, queue, others):
        done = sum(due is not None for due, _id in batch)  # of the queue; others were put off
        remaining = len(queue) - done + int(more or others)
        time_left = self.env['ir.cron']._commit_progress(len(batch), remaining=remaining)
        for _candidate in range(done):
            queue.popleft()
        return more, time_left

    @api.model
    def _get_worker_name(self, shard):
        index, count = shard
        return f'{index + 1}/{count}' if count > 1 else False

    # -------------------------------------------------------------------------
    # Steps
    # -------------------------------------------------------------------------

    @api.model
    def _step(self, company, shard, queue):
        """Reconcile the next batch and log it, or end the run when none is left.

        :return: ``(batch, more)``: the candidates done, and whether to call again
        """
        run, batch = self._get_next(company, shard, queue)
        if not batch:
            self._end(shard, run)
            return [], False
        invoices = self.env['account.move'].browse(id_ for _due, id_ in batch)
        engine = self._get_engine()
        outcomes, busy = engine._reconcile_batch(invoices, engine._get_number_together(run))
        self._log(run, company, shard, batch, outcomes, busy)
        return batch, True

    @api.model
    def _put_off(self, company, shard, queue):
        """In place of a step that does not get through: leave its batch for the end."""
        run, batch = self._get_next(company, shard, queue)
        invoices = self.env['account.move'].browse(id_ for _due, id_ in batch).exists()
        if batch:
            self._log(run, company, shard, batch, [], invoices)
        return batch, bool(batch)

    @api.model
    def _get_next(self, company, shard, queue):
        """
        :return: ``(run, batch)``; the run may be none yet, so that a night without leftovers
            leaves no empty one
        """
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        size = self._get_setting('batch_size')
        if shard[0] == 0 and (run := self._find_handed_over(company)):
            return run, [(None, id_) for id_ in run.deferred_ids[:size]]
        run = runs._get_running(company, self._get_worker_name(shard))
        if not queue:
            after = (run.last_due, run.last_move_id) if run.last_move_id else None
            evidence = self.env['pos_receivable.reconcile.evidence']
            queue.extend(evidence._find_candidates(shard, after, QUEUE))
        if queue:
            return run, [queue[position] for position in range(min(size, len(queue)))]
        # Now alone and in smaller batches: who still holds these has them until tomorrow.
        return run, [(None, id_) for id_ in (run.deferred_ids or [])[: max(size // 10, 1)]]

    @api.model
    def _find_handed_over(self, company):
        """What was asked for by hand and took more than a request has time for; as far as this user
        works in all companies it may be for, or has asked for it."""
        found = self.env['pos_receivable.reconcile.run'].sudo()._find_handed_over(company)
        if not self.sudo()._get_tree(company) <= self.env.companies:
            found = found.filtered(lambda run: run.user_id.id == self.env.uid)
        return found[:1]

    @api.model
    def _log(self, run, company, shard, batch, outcomes, busy):
        run = run or self.env['pos_receivable.reconcile.run'].sudo()._start(
            company, 'schedule', worker=self._get_worker_name(shard)
        )
        due, last_id = batch[-1]
        deferred = run.deferred_ids or []
        if due:
            run._record(
                outcomes, last_due=due, last_move_id=last_id, deferred_ids=deferred + busy.ids
            )
        else:
            outcomes = outcomes + [self._get_engine()._skip(invoice) for invoice in busy]
            run._record(outcomes, deferred_ids=deferred[len(batch) :])
            if run.trigger == 'manual' and not run.deferred_ids:
                run._finish()

    @api.model
    def _end(self, shard, run):
        """End ``run``, and resolve the issues it did not meet again; those of the companies that it
        was for, which are not all of a tree when a user of a branch has started it."""
        companies = self.env.companies
        issues = self._get_engine()._get_issues()
        # Due for a retry before the run began, but without anything to try: others were in use
        # by somebody, or are not overdue.
        index, count = shard
        waiting = issues.search(
            [
                ('state', '=', 'open'),
                ('kind', '=', 'reconcile'),
                ('company_id', 'in', companies.ids),
                ('next_retry', '<=', run.date_start or self.env.cr.now()),
            ]
        ).filtered(lambda issue: issue.move_id.commercial_partner_id.id % count == index)
        self._get_engine()._resolve_unsolvable(issues._find_settled(companies) | waiting)
        if run:
            run._finish()

    # -------------------------------------------------------------------------
    # Parallel workers
    # -------------------------------------------------------------------------

    @api.model
    def _get_worker_crons(self):
        """The scheduled actions that share the work, the first one first."""
        crons = self.env['ir.cron'].sudo()
        for number in range(1, self._get_setting('workers') + 1):
            crons |= self._get_worker_cron(number)
        return crons.filtered('active')

    @api.model
    def _get_shard(self):
        crons = self._get_worker_crons()
        cron_id = self.env.context.get('cron_id')
        return (crons.ids.index(cron_id), len(crons)) if cron_id in crons.ids else (0, 1)

    @api.model
    def _count_wanted_crons(self):
        return self._get_setting('workers')

    @api.model
    def _sync_workers(self, reschedule=False, numbers=NUMBERS):
        """Keep as many scheduled actions as there are to be parallel workers. Odoo gives each to
        a cron worker of its own, on whatever node one is free.

        One that differs and runs at the moment is locked: it is noted, for when one starts next.

        :param reschedule: whether all are to start when the first one does next
        :param numbers: of the workers to look at
        """
        late = [number for number in numbers if not self._sync_worker(number, reschedule)]
        late += sorted(self._get_late_workers() - set(numbers))
        if set(late) != self._get_late_workers():
            parameters = self.env['ir.config_parameter'].sudo()
            parameters.set_param(LATE_WORKERS, ','.join(map(str, late)) or False)

    @api.model
    def _sync_worker(self, number, reschedule):
        """
        :return: False when that has to wait, because the worker is running
        """
        first = self.env.ref(CRON).sudo()
        cron = self._get_worker_cron(number)
        if number > self._count_wanted_crons():
            if not cron.try_lock_for_update():
                return not cron
            action = cron.ir_actions_server_id
            cron.unlink()
            action.unlink()
        elif not cron:
            self._create_worker_cron(first, number)
        else:
            names = (*SCHEDULE, 'nextcall') if reschedule else SCHEDULE
            vals = {name: first[name] for name in names if cron[name] != first[name]}
            if vals and not cron.try_lock_for_update(allow_referencing=True):
                return False
            if vals:
                cron.write(vals)
        return True

    @api.model
    def _get_worker_cron(self, number):
        crons = self.env['ir.cron'].sudo()
        return self.env.ref(_get_cron_xmlid(number), raise_if_not_found=False) or crons

    @api.model
    def _get_late_workers(self):
        """The numbers of the workers that were running when they should have been changed."""
        # Elevated: administrators alone may read parameters; this is no secret.
        value = self.env['ir.config_parameter'].sudo().get_param(LATE_WORKERS) or ''
        return {int(number) for number in value.split(',') if number.isdecimal()} & set(NUMBERS)

    @api.model
    def _commit_late_workers(self):
        self._sync_workers(reschedule=True, numbers=sorted(self._get_late_workers()))
        self.env['ir.cron']._commit_progress()

    @api.model
    def _is_dismissed(self):
        """Whether the scheduled action that calls should be gone, or switched off, and was running
        when that was decided. As long as it runs, nobody can change it but the scheduler."""
        cron_id = self.env.context.get('cron_id')
        for number in self._get_late_workers():
            if cron_id and self._get_worker_cron(number).id == cron_id:
                return number > self._count_wanted_crons() or not self.env.ref(CRON).sudo().active
        return False

    @api.model
    def _create_worker_cron(self, first, number):
        schedule = {name: first[name] for name in (*SCHEDULE, 'nextcall')}
        cron = first.copy({**schedule, 'name': f'{first.name} ({number})'})
        # So that it is found again, and removed with the addon.
        self.env['ir.model.data'].sudo().create(
            {
                'module': 'pos_receivable',
                'name': _get_cron_xmlid(number).partition('.')[2],
                'model': 'ir.cron',
                'res_id': cron.id,
                'noupdate': True,
            }
        )


def _get_cron_xmlid(number):
    return CRON if number == 1 else f'{CRON}_{number}'
