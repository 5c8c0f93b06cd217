from datetime import datetime, timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 1000  # customers that are made anew and committed together
NIGHTS = 28  # in which every customer has their turn, whatever was noticed of them
# A transaction dates what it writes by its beginning: what was written longer before it was committed
# than this is found by the customer's turn.
OVERLAP = timedelta(hours=6)
# A night that is called again within this time goes on with its list and adds nobody: it would not
# come to an end with what the overlap adds each time.
SAME_NIGHT = timedelta(hours=1)
WATERMARK = 'pos_receivable_customer.profiles_made_until'


class PosReceivablePaymentProfileSchedule(models.AbstractModel):
    """The night of the payment profiles: customers who may pay differently by now, batch by batch.

    Who that is stands in a list (``touched``): matchings that are deleted, entries that are reset to
    draft and contacts that move put customers there at once; the night adds those of new matchings,
    and every night another 28th of all.
    A night that is stopped or killed goes on with what is left of the list.
    """

    _name = 'pos_receivable.payment.profile.schedule'
    _inherit = 'pos_receivable.jobs'
    _description = "Payment Profile: Schedule"

    @api.model
    def _run_schedule(self):
        """Make anew the profiles of all who were touched, committing each batch."""
        waiting = self._try_again(self._commit_touched, self._count_waiting)
        while waiting:
            done, time_left = self._try_again(
                partial(self._commit_batch, waiting), lambda: (0, 0.0)
            )
            waiting = max(waiting - done, 0)
            if not done or not time_left:
                return

    @api.model
    def _run_now(self):
        """The same at once, without committing."""
        self._note_touched()
        touched = self.env['pos_receivable.payment.profile.touched']
        while partner_ids := touched._take(BATCH):
            self.env['pos_receivable.payment.profile.builder']._build(partner_ids)

    @api.model
    def _count_waiting(self):
        return self.env['pos_receivable.payment.profile.touched']._count_waiting()

    @api.model
    def _commit_touched(self):
        since = self._get_watermark()
        if not since or self._get_now() - since >= SAME_NIGHT:
            self._note_touched()
        waiting = self._count_waiting()
        self.env['ir.cron']._commit_progress(remaining=waiting)
        return waiting

    @api.model
    def _commit_batch(self, waiting):
        """
        :return: ``(how many customers were taken off the list, seconds left)``
        """
        partner_ids = self.env['pos_receivable.payment.profile.touched']._take(BATCH)
        if partner_ids:
            self.env['pos_receivable.payment.profile.builder']._build(partner_ids)
        done = len(partner_ids)
        return done, self.env['ir.cron']._commit_progress(done, remaining=max(waiting - done, 0))

    # -------------------------------------------------------------------------
    # Who was touched
    # -------------------------------------------------------------------------

    @api.model
    def _note_touched(self):
        """Put on the list who was matched since the last night, and those whose turn it is; all of
        them the first time."""
        now, since = self._get_now(), self._get_watermark()
        touched = self.env['pos_receivable.payment.profile.touched']
        if since:
            self.env['account.partial.reconcile'].flush_model()
            touched._add_query(self._get_matched_query(since - OVERLAP))
        if turns := self._get_turns(since, now):
            self.env['res.partner'].flush_model()
            touched._add_query(self._get_turn_query(turns))
        self._get_parameters().set_param(WATERMARK, fields.Datetime.to_string(now))

    @api.model
    def _get_now(self):
        return self.env.cr.now().replace(tzinfo=None)

    @api.model
    def _get_watermark(self):
        """Up to when matchings were noted, None when never."""
        return _read_moment(self._get_parameters().get_param(WATERMARK))

    @api.model
    def _get_parameters(self):
        # Elevated: the watermark is nobody's to read or to set.
        return self.env['ir.config_parameter'].sudo()

    @api.model
    def _get_turns(self, since, now):
        """Whose turn it is, as rests of their number: once for each day that has passed."""
        days = NIGHTS if not since else min((now.date() - since.date()).days, NIGHTS)
        return [(now.date().toordinal() - day) % NIGHTS for day in range(days)]

    @api.model
    def _get_matched_query(self, since):
        return SQL(
            """
            SELECT DISTINCT line.partner_id
              FROM account_partial_reconcile partial
              JOIN account_move_line line ON line.id = partial.debit_move_id
             WHERE partial.write_date >= %s AND line.partner_id IS NOT NULL
            """,
            since,
        )

    @api.model
    def _get_turn_query(self, turns):
        """Customers by the core's count of their invoices, and whoever has a profile."""
        return SQL(
            """
            SELECT id
              FROM res_partner
             WHERE customer_rank > 0 AND id %% %(nights)s = ANY(%(turns)s)
             UNION
            SELECT partner_id FROM %(profiles)s WHERE partner_id %% %(nights)s = ANY(%(turns)s)
            """,
            nights=NIGHTS,
            turns=turns,
            profiles=SQL.identifier(self.env['pos_receivable.payment.profile']._table),
        )


def _read_moment(text):
    """The watermark, None when there is none yet or it was spoilt by hand."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
