from collections import Counter
from functools import partial

from odoo import api, models
from odoo.tools import SQL, split_every

PASS = 5_000  # receipts matched together; those not looked at for longest come first
SMALLER = 4  # by which a pass is divided each time the scheduled action was killed


class PosReceivableMatchSchedule(models.AbstractModel):
    """The night's matching, pass by pass: computed for a company as a whole, so that no invoice is
    promised twice, then written batch by batch, each committed with its share of the log.

    What is done is told by the proposals, which say when they were looked at, and by the run: a
    night that was stopped or killed goes on with the rest. Both are written elevated: nobody but
    these jobs may."""

    _name = 'pos_receivable.match.schedule'
    _inherit = 'pos_receivable.jobs'
    _description = "Matching: Schedule"

    @api.model
    def _get_companies(self):
        roots = self._get_root_companies()
        return roots.union(*(self._get_tree(root) for root in roots))

    @api.model
    def _get_engine(self):
        return self.env['pos_receivable.match.engine']

    @api.model
    def _get_runs(self):
        return self.env['pos_receivable.match.run'].sudo()

    # -------------------------------------------------------------------------
    # By night
    # -------------------------------------------------------------------------

    @api.model
    def _run_schedule(self):
        """Match the money of every company once.

        When the time of the scheduled action is up, the pass under way is written all the same:
        computing it is what costs. Called again, it goes on with what was not looked at yet.
        """
        companies = self._get_companies()
        failed = companies.browse()
        for position, company in enumerate(companies, start=1):
            work = self._with_tree(company)._commit_pass
            more = True
            while more:
                outcome = self._give_turn(company, work, others=position < len(companies))
                if not outcome:
                    failed += company
                    break
                more, time_left = outcome
                # Being done with a company is no place to stop at: the next time begins with the
                # first one again, and those behind it would never have their turn.
                if more and not time_left:
                    return
        # Not before: a night that is killed finds these runs again, and with them that there is
        # nothing more to do in their companies.
        self._get_runs()._find_running(companies - failed)._finish()

    @api.model
    def _commit_pass(self, company, *, others):
        """Match what was not looked at yet in this run, and write it; each batch is committed.

        :param others: whether companies are left to look at after this one
        :return: ``(whether more may be left, seconds left)``
        """
        size = self._get_pass_size()
        self._try_again(partial(self._settle_returned, company), lambda: None)
        run = self._get_runs()._get_running(company)
        matches, errors = self._get_engine()._match(company, run.date_start or None, size)
        is_full = len(matches) == size
        remaining = len(matches) + int(others or is_full)
        # Ends what this transaction sees of the books. Each batch is written by what they are
        # then, and a conflict with somebody else costs no more than the batch.
        self._commit(remaining=remaining)
        examined = 0
        for batch in split_every(self._get_setting('batch_size'), matches, list):
            remaining -= len(batch)
            done, time_left = self._try_again(
                partial(self._commit_batch, company, batch, remaining),
                partial(self._commit_batch, company, batch, remaining, skip=True),
            )
            examined += done
        if errors or self._get_engine()._find_left_out():
            time_left = self._try_again(
                partial(self._commit_left_out, company, errors, remaining),
                partial(self._commit, remaining=remaining),
            )
        if is_full and examined:
            return True, time_left
        return False, self._try_again(
            partial(self._commit_end, company, others), partial(self._commit, remaining=others)
        )

    @api.model
    def _settle_returned(self, company):
        self.env['pos_receivable.match.standing']._settle_returned(
            [('company_id', '=', company.id)]
        )

    @api.model
    def _get_pass_size(self):
        """How many receipts to match together: fewer when the scheduled action was killed last
        time, perhaps before anything was written, so that one day there is something."""
        progress = self.env['ir.cron.progress'].sudo()
        # Elevated: the scheduler's own record of the call under way, which counts itself in.
        progress = progress.browse(self.env.context.get('ir_cron_progress_id'))
        killed = max(progress.timed_out_counter - 1, 0)
        return max(PASS // SMALLER**killed, self._get_setting('batch_size'))

    @api.model
    def _commit(self, done=0, *, remaining):
        return self.env['ir.cron']._commit_progress(done, remaining=int(remaining))

    @api.model
    def _commit_batch(self, company, batch, remaining, skip=False):
        """Write and log ``batch``, or give up on it because others keep changing it.

        :return: ``(how many were examined, seconds left)``
        """
        run = self._get_runs()._get_running(company)
        is_first = not run
        run = run or self._get_runs()._start(company, 'schedule')
        counts = Counter(skipped=len(batch))
        if not skip:
            counts = self.env['pos_receivable.match.recorder']._record(company, batch)
        run._add(counts)
        if is_first:
            self._renew_statistics()
        return counts['examined'], self._commit(len(batch), remaining=remaining)

    @api.model
    def _renew_statistics(self):
        """Tell PostgreSQL how many proposals there are by now. As long as it believes in a handful,
        it reads all of them for each foreign key it checks: batches take longer and longer."""
        tables = (
            SQL.identifier(self.env[f'pos_receivable.match.{name}']._table)
            for name in ('proposal', 'candidate', 'allocation')
        )
        self.env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(tables)))

    @api.model
    def _commit_left_out(self, company, errors, remaining):
        failed = self._get_engine()._note_left_out(errors)
        self._get_runs()._get_running(company)._add(Counter(failed=failed))
        return self._commit(remaining=remaining)

    @api.model
    def _commit_end(self, company, others):
        self._close_settled(company, self._get_runs()._get_running(company))
        return self._commit(remaining=others)

    # -------------------------------------------------------------------------
    # At once
    # -------------------------------------------------------------------------

    @api.model
    def _run_now(self, companies):
        """The same at once for a user, without committing."""
        for company in companies:
            schedule = self._with_tree(company)
            engine = schedule._get_engine()
            recorder = schedule.env['pos_receivable.match.recorder']
            run = self._get_runs()
            schedule._settle_returned(company)
            more = True
            while more:
                matches, errors = engine._match(company, run.date_start or None, PASS)
                if matches and not run:
                    run = run._start(company, 'manual')
                before = run.examined_count
                for batch in split_every(self._get_setting('batch_size'), matches, list):
                    run._add(recorder._record(company, batch))
                run._add(Counter(failed=engine._note_left_out(errors)))
                more = len(matches) == PASS and run.examined_count > before
            schedule._close_settled(company, run)
            run._finish()

    # -------------------------------------------------------------------------
    # The end
    # -------------------------------------------------------------------------

    @api.model
    def _close_settled(self, company, run):
        """Close the undecided proposals whose money was used otherwise, or taken back.

        :param run: to be counted in; may be none
        """
        self.env['pos_receivable.match.source']._flush_sources()
        rows = self.env.execute_query(self._get_settled_query(company))
        closed = self.env['pos_receivable.match.proposal'].sudo().browse(id_ for [id_] in rows)
        self.env['pos_receivable.match.standing']._note_elsewhere(closed)
        linked = closed.filtered(
            lambda proposal: (
                proposal.line_id.parent_state == 'posted'
                and proposal.line_id.amount_residual_currency < 0
            )
        )
        linked.note = self.env._("It is linked to an open invoice now, and reconciled at night.")
        (closed - linked).note = self.env._("The money was used otherwise.")
        closed.state = 'obsolete'
        run._add(Counter(obsolete=len(closed)))

    @api.model
    def _get_settled_query(self, company):
        """Undecided proposals whose money is not open any more.

        Joined by one number, negative for statement lines: PostgreSQL can hash it, while an ``OR``
        of two conditions has it compare each proposal with each receipt.
        """
        return SQL(
            """
            SELECT proposal.id
              FROM pos_receivable_match_proposal proposal
         LEFT JOIN (%s) receipt
                ON COALESCE(receipt.line_id, -receipt.statement_line_id)
                 = COALESCE(proposal.line_id, -proposal.statement_line_id)
             WHERE proposal.state IN ('open', 'observed')
               AND proposal.company_id = %s
               AND receipt.open IS NULL
            """,
            self.env['pos_receivable.match.source']._get_receipts_query(company),
            company.id,
        )
