from collections import Counter, deque

from odoo import api, models
from odoo.tools import SQL

PASS = 10_000  # receipts matched together; those not looked at for longest come first


class PosReceivableMatchSchedule(models.AbstractModel):
    """The night's matching: computed for a company as a whole, so that no invoice is promised
    twice, then written batch by batch, each committed with its share of the log."""

    _name = 'pos_receivable.match.schedule'
    _inherit = 'pos_receivable.match.engine'
    _description = "Matching: Schedule"

    @api.model
    def _get_companies(self):
        roots = self._get_root_companies()
        return roots.union(*(self._get_tree(root) for root in roots))

    @api.model
    def _run_schedule(self):
        """Match the money of every company once, until all is done or the time of the scheduled
        action is up. Called again, it goes on with what was not looked at yet."""
        companies = self._get_companies()
        for position, company in enumerate(companies, start=1):
            queue = None
            while True:
                queue, time_left = self._commit_step(
                    company, queue, others=position < len(companies)
                )
                if not queue:
                    # No place to stop at: the next time begins with this company again, and those
                    # behind it would never have their turn.
                    break
                if not time_left:
                    return

    @api.model
    def _commit_step(self, company, queue, *, others):
        """Do and commit one step.

        :param deque queue: matches to be written; None to begin with
        :return: ``(what is left of the queue, seconds left)``
        """
        schedule = self._with_tree(company)
        return self._try_again(
            lambda: self._commit(*schedule._step(company, queue), others),
            lambda: self._commit(*schedule._step(company, queue, skip=True), others),
        )

    @api.model
    def _commit(self, done, queue, others):
        time_left = self.env['ir.cron']._commit_progress(
            done, remaining=len(queue) + int(others or bool(queue))
        )
        return queue, time_left

    @api.model
    def _step(self, company, queue, skip=False):
        """Write the next batch and log it; with the last one, end the run.

        :param skip: give up on this batch, which others keep changing
        :return: ``(number done, what is left of the queue)``
        """
        runs = self.env['pos_receivable.match.run'].sudo()
        run = runs._get_running(company)
        if queue is None:
            queue = deque(self._match(company, run.date_start or None, PASS))
            if not queue:
                self._end(company, run)
                return 0, queue
        queue = deque(queue)  # a copy: this step may be rolled back and done again
        size = min(self._get_setting('batch_size'), len(queue))
        batch = [queue.popleft() for _place in range(size)]
        run = run or runs._start(company, self.env.cr.now())
        counts = Counter(skipped=size) if skip else self._record(company, batch)
        run._add(counts)
        if not queue:
            self._end(company, run)
        return size, queue

    @api.model
    def _end(self, company, run):
        closed = self._close_settled(company)
        if run:
            run._add(Counter(obsolete=len(closed)))
            run._finish()

    @api.model
    def _close_settled(self, company):
        """Close the undecided proposals whose money was used otherwise, or taken back."""
        source = self.env['pos_receivable.match.source']
        source._flush_sources()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT proposal.id
                  FROM pos_receivable_match_proposal proposal
             LEFT JOIN (%s) receipt
                    ON receipt.line_id = proposal.line_id
                    OR receipt.statement_line_id = proposal.statement_line_id
                 WHERE proposal.state IN ('open', 'observed')
                   AND proposal.company_id = %s
                   AND receipt.open IS NULL
                """,
                source._get_receipts_query(company),
                company.id,
            )
        )
        proposals = self.env['pos_receivable.match.proposal'].sudo()
        closed = proposals.browse(id_ for [id_] in rows)
        closed.write({'state': 'obsolete', 'note': self.env._("The money was used otherwise.")})
        return closed

    @api.model
    def _run_now(self, companies):
        """The same at once for a user, without committing."""
        for company in companies:
            queue = None
            schedule = self._with_tree(company)
            while queue is None or queue:
                _done, queue = schedule._step(company, queue)
