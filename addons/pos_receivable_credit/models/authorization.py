from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pos_receivable.tools.payload import read_id

VALID = timedelta(minutes=30)
KEPT = timedelta(days=365)  # what came to nothing; the log of decisions keeps all

STATES = [
    ('refused', "Refused"),
    ('requested', "Approval Asked For"),
    ('authorized', "Authorized"),
    ('consumed', "Sold"),
    ('unauthorized', "Sold Without Authorization"),
    ('released', "Released"),
    ('expired', "Expired"),
]
SETTLED = ('consumed', 'unauthorized')  # what belongs to an order that has arrived
WAITING = ('refused', 'requested', 'authorized')  # what closing a session ends


class PosReceivableCreditAuthorization(models.Model):
    """What a till was granted, or refused, for an order on a customer's account; and what was sold
    so without asking. Nobody writes it but the services of this addon, elevated."""

    _name = 'pos_receivable.credit.authorization'
    _description = "Authorization on a Customer's Account"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'id desc'

    uuid = fields.Char(required=True, readonly=True, copy=False)
    order_uuid = fields.Char(string="Order Identifier", required=True, readonly=True, index=True)
    session_id = fields.Many2one(
        'pos.session', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    partner_id = fields.Many2one(
        'res.partner',
        string="Customer",
        readonly=True,
        index=True,
        ondelete='cascade',
        help="The commercial entity that is to pay; empty where an order has no customer.",
    )
    amount = fields.Monetary(required=True, readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        required=True,
        readonly=True,
        currency_field='company_currency_id',
        help="At the rate of the day on which it was asked for.",
    )
    company_currency_id = fields.Many2one(
        related='company_id.currency_id', string="Company Currency"
    )
    deposit = fields.Monetary(
        readonly=True,
        help="What of the order is paid at once, another way: without it, it is granted nothing.",
    )
    state = fields.Selection(STATES, required=True, readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True)
    recommendation = fields.Selection(
        [('approve', "Approve"), ('deposit', "Ask for a Deposit"), ('hold', "Hold")],
        required=True,
        readonly=True,
    )
    reasons = fields.Text(readonly=True, help="Why, with the figures of that moment.")
    is_held = fields.Boolean(
        string="Held", readonly=True, help="Where a shop blocks, it is not sold without a manager."
    )
    refused_at = fields.Datetime(readonly=True)
    cashier_name = fields.Char(string="Asked by", readonly=True)
    note = fields.Char(string="What the Cashier Says", readonly=True)
    override_kind = fields.Selection(
        [
            ('manager', "Manager at the Till"),
            ('pin', "PIN"),
            ('cashier', "Cashier"),
            ('remote', "Approval from Afar"),
        ],
        string="Granted Nevertheless By",
        readonly=True,
    )
    override_name = fields.Char(string="Granted by", readonly=True)
    override_reason = fields.Char(string="Granted Because", readonly=True)
    order_id = fields.Many2one(
        'pos.order', readonly=True, index='btree_not_null', ondelete='set null'
    )

    _unique_uuid = models.Constraint('UNIQUE(uuid)', "This authorization exists already.")
    _reserved_idx = models.Index("(company_id, partner_id) WHERE state = 'authorized'")

    @api.depends('partner_id', 'amount', 'currency_id')
    def _compute_display_name(self):
        for authorization in self:
            authorization.display_name = self.env._(
                "%(amount)s for %(customer)s",
                amount=authorization.currency_id.format(authorization.amount),
                customer=authorization.partner_id.display_name or self.env._("nobody"),
            )

    # -------------------------------------------------------------------------
    # What the services ask and write; called elevated
    # -------------------------------------------------------------------------

    @api.model
    def _find_valid(self, order_uuid, partner, company, currency):
        """The reservation for an order of this customer, the largest if there are several."""
        return self.search(
            [
                ('order_uuid', '=', order_uuid),
                ('partner_id', '=', partner.id),
                ('company_id', '=', company.id),
                ('currency_id', '=', currency.id),
                ('state', '=', 'authorized'),
                ('expires_at', '>', self.env.cr.now()),
            ],
            order='amount desc, id desc',
            limit=1,
        )

    @api.model
    def _find_rest(self, order_uuid, company):
        """What else was reserved or asked for an order that has arrived."""
        return self.search(
            [
                ('order_uuid', '=', order_uuid),
                ('company_id', '=', company.id),
                ('state', 'in', WAITING),
            ]
        )

    def _is_expired(self):
        self.ensure_one()
        return self.expires_at <= self.env.cr.now()

    def _get_validity(self):
        return self.env.cr.now().replace(microsecond=0) + VALID

    def _read_state(self):
        """The state as of now: what is over is so before the schedule notes it."""
        self.ensure_one()
        is_over = self.state in ('requested', 'authorized') and self._is_expired()
        return 'expired' if is_over else self.state

    def _release(self):
        """What is not needed any more; of an order that has arrived nothing changes."""
        waiting = self.filtered(lambda authorization: authorization.state in WAITING)
        waiting.write({'state': 'released'})
        waiting._drop_requests()

    def _drop_requests(self):
        """Nobody need approve these any more."""
        self.activity_ids.unlink()

    @api.model
    def _expire(self):
        """Called by a schedule. What is over counts nowhere since its time came: this notes it."""
        over = self.search(
            [
                ('state', 'in', ('requested', 'authorized')),
                ('expires_at', '<=', self.env.cr.now()),
            ],
            limit=1000,
        )
        # Tills that are about to use or renew one are not waited for: it is there the next time.
        over = over.try_lock_for_update()
        over.write({'state': 'expired'})
        over._drop_requests()

    @api.autovacuum
    def _gc_old(self):
        self.search(
            [
                ('state', 'in', ('refused', 'released', 'expired')),
                ('create_date', '<', self.env.cr.now() - KEPT),
            ],
            limit=10_000,
        ).unlink()

    # -------------------------------------------------------------------------
    # Approval from afar
    # -------------------------------------------------------------------------

    def _ask_managers(self):
        """An activity for each who may approve, in their language."""
        self.ensure_one()
        for manager in self._get_managers(self.company_id):
            theirs = self.with_context(lang=manager.lang)
            theirs.activity_schedule(
                'mail.mail_activity_data_todo',
                summary=theirs.env._("Sell on account?"),
                note=theirs.env._(
                    "%(cashier)s at %(shop)s asks to sell %(amount)s on account to %(customer)s."
                    " %(note)s",
                    cashier=self.cashier_name,
                    shop=self.session_id.config_id.name,
                    amount=self.currency_id.format(self.amount),
                    customer=self.partner_id.display_name,
                    note=self.note or '',
                ),
                user_id=manager.id,
            )

    @api.model
    def _get_managers(self, company, limit=10):
        """Who may approve, and is told what was sold without: managers of the POS."""
        group = self.env.ref('point_of_sale.group_pos_manager')
        return self.env['res.users'].search(
            [
                ('all_group_ids', 'in', group.ids),
                ('company_ids', 'in', company.ids),
                ('share', '=', False),
            ],
            order='id',
            limit=limit,
        )

    def action_approve(self):
        """Let the till sell on account what it asked for; it hears so at once.

        Changes the customer's account, so that a till asking for the same customer is answered anew.

        :raise AccessError: neither a manager of the POS nor an accounting administrator
        :raise UserError: nobody waits for it any more
        """
        for authorization_sudo in self._read_requests():
            services = authorization_sudo.env['pos_receivable.credit.till']
            services._approve(authorization_sudo, self.env.user)

    def action_refuse(self):
        """Answer a till that it must not; it hears so at once.

        :raise AccessError: neither a manager of the POS nor an accounting administrator
        :raise UserError: nobody waits for it any more
        """
        for authorization_sudo in self._read_requests():
            services = authorization_sudo.env['pos_receivable.credit.till']
            services._refuse(authorization_sudo)

    def _read_requests(self):
        """
        :return: these requests, elevated
        """
        user = self.env.user
        if not user.has_group('point_of_sale.group_pos_manager') and not (
            user.has_group('account.group_account_manager')
        ):
            raise AccessError(self.env._("Only managers can approve what is sold on account."))
        if not self._ids or not all(read_id(id_) for id_ in self._ids):
            raise UserError(self.env._("Choose what to approve."))
        requests = self.browse(dict.fromkeys(self._ids)).exists()
        requests.check_access('read')
        if not requests or any(request._read_state() != 'requested' for request in requests):
            raise UserError(
                self.env._("The till no longer waits for this. It has to be asked for again.")
            )
        # Elevated after the checks, in the company of the till and without what the caller's context
        # says: nobody may write authorizations but through methods like this one.
        return [
            request.with_env(request.sudo().session_id._get_invoice_payment_sudo().env)
            for request in requests
        ]
