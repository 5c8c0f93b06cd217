import logging
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.pos_receivable.tools.isolate import isolate

from .position import AsOf
from .statement import StatementRequest

_logger = logging.getLogger(__name__)

CRON = 'pos_receivable_customer.ir_cron_statements'
BATCH = 10  # statements rendered, sent and committed at once
PLANNED = 500  # customers noted and committed at once


class PosReceivableCustomerSchedule(models.AbstractModel):
    """Statements that go out by themselves: those of a period that has ended are noted, and what is
    noted is sent, in batches that are committed. Killed at any point, the next turn goes on."""

    _name = 'pos_receivable.customer.schedule'
    _inherit = 'pos_receivable.jobs'
    _description = "Statements: Schedule"

    @api.model
    def _run(self):
        """The scheduled action's work."""
        if self._plan_ended_periods():
            self._send_waiting()

    @api.model
    def _wake(self):
        # Elevated: nobody but administrators has rights on scheduled actions.
        self.env.ref(CRON).sudo()._trigger()

    # -------------------------------------------------------------------------
    # What is to be sent
    # -------------------------------------------------------------------------

    @api.model
    def _plan_ended_periods(self):
        """Note the statements of every company whose period has ended since the last time.

        :return: whether there is time left
        """
        companies = self.env['res.company'].sudo()
        companies = companies.search([('receivable_statement_schedule', '!=', 'off')])
        for company in companies:
            if self._give_turn(company, self._plan_company, others=True) is False:
                return False
        return True

    @api.model
    def _plan_company(self, company, *, others):
        """
        :param others: whether there is more to do after this one, if only to send
        :return: whether there is time left
        """
        first, last = self._get_period(company)
        if not company.receivable_statement_until:
            # Just switched on: it begins with the period that is running.
            company.receivable_statement_until = last
            self.env['ir.cron']._commit_progress(remaining=int(others))
        elif company.receivable_statement_until < last:
            plan = partial(self._plan_period, company, first, last)
            return self._try_again(plan, lambda: True)
        return True

    @api.model
    def _get_period(self, company):
        """The last period that has ended: ``(first day, last day)``."""
        # The scheduler's time zone is nobody's.
        zone = company.partner_id.tz
        today = fields.Date.context_today(self.with_context(tz=zone) if zone else self)
        unit = company.receivable_statement_schedule
        begin = fields.Date.start_of(today, unit)
        return fields.Date.subtract(begin, **{f'{unit}s': 1}), fields.Date.subtract(begin, days=1)

    @api.model
    def _plan_period(self, company, first, last):
        """
        :return: whether there is time left
        """
        kind = company.receivable_statement_kind
        mailings = self.env['pos_receivable.customer.mailing'].sudo().with_company(company)
        customers = self._find_customers(company, kind, first, last)
        for start in range(0, len(customers), PLANNED):
            mailings._plan(
                [
                    StatementRequest(
                        customer, company, kind, first if kind == 'activity' else None, last
                    )
                    for customer in customers[start : start + PLANNED]
                ],
                'schedule',
            )
            if not self.env['ir.cron']._commit_progress(remaining=1):
                return False
        company.receivable_statement_until = last
        return bool(self.env['ir.cron']._commit_progress(remaining=1))

    @api.model
    def _find_customers(self, company, kind, first, last):
        """Who has something open, or for an activity something booked, and wants to be told."""
        moved = SQL("item.date >= %s", first) if kind == 'activity' else SQL("FALSE")
        rows = (
            self.env['pos_receivable.customer.position']
            .sudo()
            ._execute(
                AsOf(last, company),
                SQL(
                    """
                SELECT item.customer_id
                  FROM item
                 WHERE item.customer_id IS NOT NULL
              GROUP BY item.customer_id
                HAVING BOOL_OR(item.residual_currency != 0 OR %s)
              ORDER BY item.customer_id
                """,
                    moved,
                ),
            )
        )
        customers = self.env['res.partner'].sudo().browse(id_ for [id_] in rows)
        return customers.filtered(
            lambda customer: customer.active and not customer.pos_receivable_no_statement
        )

    # -------------------------------------------------------------------------
    # What is sent
    # -------------------------------------------------------------------------

    @api.model
    def _send_waiting(self):
        more = True
        while more:
            more = self._try_again(self._send_batch, lambda: False)

    @api.model
    def _send_batch(self):
        """Send and commit the next statements.

        :return: whether there are more, and time for them
        """
        mailings = self.env['pos_receivable.customer.mailing'].sudo()
        waiting = mailings.search([('state', '=', 'waiting')], order='id', limit=BATCH + 1)
        batch = waiting[:BATCH].try_lock_for_update()
        failures = isolate(
            self.env, [mailing for mailing in batch], lambda mailing: mailing._send()
        )
        for mailing, error in failures.items():
            _logger.warning(
                "The statement of %s was not sent: %s", mailing.partner_id.display_name, error
            )
            mailing._fail(error)
        left = len(waiting) - len(batch)
        return bool(
            self.env['ir.cron']._commit_progress(len(batch), remaining=left) and left and batch
        )
