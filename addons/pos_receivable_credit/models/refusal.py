import functools
import logging
from dataclasses import replace
from uuid import uuid4

import psycopg2

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

PATIENCE = 3  # seconds, for whoever holds the session or the customer: the answer waits meanwhile


class PosReceivableCreditRefusal(models.AbstractModel):
    """Writes down what is refused by an error. Called elevated."""

    _name = 'pos_receivable.credit.refusal'
    _description = "What Was Refused by an Error"

    @api.model
    def _remember_attempt(self, session, sale, assessment):
        """Have what is refused to whoever stands at a till written down, as if the till had asked.

        :param sale: a ``Sale``
        :param assessment: None where nobody is to pay
        """
        till, uuid = self.env['pos_receivable.credit.till'], str(uuid4())
        sale = replace(sale, order_uuid=sale.order_uuid or uuid)
        attempt = {
            **till._prepare(session, sale, assessment, 'refused'),
            **till._prepare_new(session, uuid, sale),
        }
        decision = self.env['pos_receivable.credit.check']._prepare_log(
            session.company_id, assessment, 'refuse', session.config_id.customer_account_check
        )
        self._remember(
            {
                **decision,
                'subject_model': 'pos_receivable.credit.authorization',
                'case_key': uuid,
            },
            authorization=attempt,
        )

    @api.model
    def _remember(self, decision, *, authorization=None, asked=None):
        """Have a refusal written down once the request that is about to raise it is over.

        The error undoes all that its request has written, a row about it too. So that row is written by a
        short transaction of its own, when the request's has ended: nothing of the request is
        committed by it, and it waits for no lock of the request, which has none left. It takes values
        with it and no record: those may have been undone. Should somebody catch the error and go on,
        the request is committed, and the row written after that.

        :param dict decision: values of its row in the log of decisions
        :param dict authorization: values of the attempt that the decision is about, where there is one
        :param dict asked: values that note on the subject what was asked for
        """
        write = functools.partial(
            _write_down,
            self.env.registry,
            (self.env.uid, {'lang': self.env.lang}),
            decision,
            authorization,
            asked,
        )
        # Either ending of a transaction forgets what was to be done after the other one.
        self.env.cr.postrollback.add(write)
        self.env.cr.postcommit.add(write)


def _write_down(registry, who, decision, authorization, asked):
    uid, context = who
    try:
        with registry.cursor() as cr:
            cr.execute(SQL("SET LOCAL lock_timeout = %s", 1000 * PATIENCE))
            # Elevated: nobody writes either but through what has decided.
            env = api.Environment(cr, uid, context, su=True)
            if authorization:
                decision = {**decision, **_create_attempt(env, authorization)}
            env['pos_receivable.decision'].create(decision)
            if asked:
                subject = env[decision['subject_model']].browse(decision['subject_id'])
                subject.exists().write(asked)
    except psycopg2.Error:
        # Whoever was refused is told so all the same.
        _logger.exception("What was refused on a customer's account could not be written down")


def _create_attempt(env, values):
    """
    :return: the values of a decision that tell what it is about
    """
    if not env['pos.session'].browse(values['session_id']).exists():
        return {}
    partner = env['res.partner'].browse(values['partner_id']).exists()
    attempts = env['pos_receivable.credit.authorization']
    attempt = attempts.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
        {**values, 'partner_id': partner.id}
    )
    return {
        'subject_id': attempt.id,
        'subject': attempt.display_name,
    }
