"""What `make screenshots` does and takes: a list of scenes, each a list of steps.

    open PATH             go to a page of the server
    app ADDON             go to its page in the Apps view
    wait SELECTOR         until such an element is visible
    click SELECTOR        with the mouse, in its middle, once it is visible
    reach CONDITION by SELECTOR by …
                          click whichever of these is visible until the page fulfils the condition
    type TEXT             into the element that has the focus
    write TEXT            the same, in place of what stands there
    scroll SELECTOR       until such an element is in view
    press KEY             such as Enter or Alt+a
    lose METHOD           the server does what it is asked next, its answer does not arrive
    shot NAME             a picture: NAME-desktop.png, NAME-phone.png

A step that begins with `desktop:` or `phone:` is for that size alone. A selector may end in
:contains(text), for names of the demo's data: what is translated is found by its class or name, as
scenes are played in other languages too. A scene starts logged in as its user.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    name: str
    width: int
    height: int
    scale: int = 1
    touch: bool = False


@dataclass(frozen=True)
class Scene:
    name: str
    user: str
    steps: tuple
    sizes: tuple = ("desktop", "phone")


SIZES = {
    "desktop": Size("desktop", 1280, 800),
    "phone": Size("phone", 375, 667, scale=2, touch=True),
}


def shown(selector):
    """The condition that the page has such an element."""
    return f"document.querySelector('{selector}')"


# Nobody is to be shown the way in a picture of something else.
IS_GUIDED = "(localStorage['pos_receivable.guided.' + posmodel.user.id] = '1')"
TILL_IS_OPEN = (
    f"{IS_GUIDED} && posmodel.session.state === 'opened' && {shown('.product-list .product')}"
)
OPEN_TILL = (
    "open /pos/ui/{config}",
    f"reach {TILL_IS_OPEN} by .login-overlay .open-register-btn by .modal-footer .btn-primary",
    "wait .product-list .product",
    f"reach !{shown('.payment-guide-offer')} by .payment-guide-offer .o_notification_close",
)

UNPAID_INVOICES = (
    *OPEN_TILL,
    "phone: click .btn-switchpane.review-button",
    "phone: click .mobile-more-button",
    "click .collect-invoice-button",
    "wait .partner-list",
    "click .partner-list b:contains({customer})",
    "wait .unpaid-invoices .invoice-card",
)

OPEN_FOLLOWUP = (
    "open /odoo/receivable-follow-up",
    "desktop: wait .o_data_row",
    "phone: wait .o_kanban_record:contains(Rosa Delgado)",
)


def steps(scene, size):
    """The steps of a scene that are for this size."""
    for step in scene.steps:
        first, colon, rest = step.partition(": ")
        if first not in SIZES or not colon:
            yield step
        elif first == size.name:
            yield rest


def shots(scene, size):
    """The names of the pictures that a scene takes at this size."""
    taken = (step.partition(" ") for step in steps(scene, size))
    return [f"{name}-{size.name}" for verb, _, name in taken if verb == "shot"]


def unpaid_invoices(customer):
    """The steps to the open invoices of a customer of the demo shop."""
    return tuple(step.replace("{customer}", customer) for step in UNPAID_INVOICES)


def on_account(customer, quantity):
    """The steps to a customer of the demo shop who buys this many of something on their account."""
    return (
        "wait .product-list .product",
        "click .product-list .product:nth-child(4)",
        "phone: click .btn-switchpane.review-button",
        *(f"click .product-screen .numpad button:contains({digit})" for digit in quantity),
        "click .product-screen .set-partner",
        f"click .partner-list b:contains({customer})",
        "phone: click .actionpad .back-button",
        "phone: click .btn-switchpane.pay-button",
        "desktop: click .product-screen .pay-order-button",
        "click .paymentmethods .paymentmethod:contains(Customer Account)",
    )


def app_page(addon):
    """The page of an addon as the Apps view shows it, down to its end."""
    return Scene(
        name=f"app_{addon}",
        user="admin",
        steps=(
            f"app {addon}",
            "wait .o_form_view [name=description_html] section",
            f"shot app_{addon}",
            "scroll [name=description_html] section:nth-of-type(3)",
            f"shot app_{addon}_more",
            "scroll [name=description_html] section:last-of-type",
            f"shot app_{addon}_end",
        ),
    )


SCENES = (
    Scene(
        name="backend",
        user="manager",
        steps=(
            "open /odoo/action-point_of_sale.action_pos_config_kanban",
            "wait .o_kanban_record",
            "shot backend",
        ),
    ),
    Scene(
        name="till",
        user="cashier",
        steps=(*OPEN_TILL, "shot till"),
    ),
    Scene(
        name="unpaid",
        user="cashier",
        steps=(
            *unpaid_invoices("Bright Builders"),
            "shot unpaid_invoices",
            "click .invoice-card .invoice-pay",
            "wait .register-payment-pay",
            "desktop: click .register-payment-note",
            "shot register_payment",
            f"reach {shown('.payment-next')} by .register-payment-pay",
            "shot paid",
        ),
    ),
    Scene(
        name="on_account",
        user="manager",
        steps=(
            *unpaid_invoices("Park Dental"),
            "shot on_account_list",
            "click .unpaid-invoices-deposit",
            "wait .register-payment-pay",
            "shot deposit",
        ),
    ),
    Scene(
        name="keep",
        user="manager",
        steps=(
            *unpaid_invoices("Park Dental"),
            "click .invoice-card .invoice-pay",
            "wait .register-payment-pay",
            "click .register-payment-amount",
            "write 1000",
            "wait .register-payment-keep",
            "shot more_than_due",
            "click .register-payment-keep",
            "wait .register-payment-kept",
            "shot kept",
            "click .register-payment-pay",
            "wait .payment-next",
            "shot kept_paid",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="pay_out",
        user="manager",
        steps=(
            *unpaid_invoices("Oakwood"),
            "click .unpaid-invoices-use-credit",
            "wait .use-credit-row",
            "shot credits",
            "click .use-credit-pay-out",
            "wait .pay-out-pay",
            "shot pay_out",
            "click .pay-out-pay",
            "wait .payment-next",
            "shot paid_out",
            "click .payment-next",
            "click .use-credit .modal-footer .btn-secondary",
            "click .unpaid-invoices-history",
            "wait .invoice-payment",
            "shot history_paid_out",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="money_came_back",
        user="accountant",
        steps=(
            "open /odoo/action-account.action_account_payments",
            "click .o_data_row .o_data_cell:contains(Bank Transfer)",
            "click [name=action_pos_receivable_return]",
            "wait .modal [name=action_confirm]",
            "shot money_came_back",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="split",
        user="cashier",
        steps=(
            *unpaid_invoices("Sunrise Hotel"),
            *(f"click .invoice-card:nth-child({number}) .invoice-select" for number in (1, 2, 3)),
            "shot selected",
            "click .unpaid-invoices-pay-selected",
            "wait .payment-split",
            "shot payment_split",
        ),
    ),
    Scene(
        name="amounts",
        user="cashier",
        steps=(
            *unpaid_invoices("Sunrise Hotel"),
            "click .invoice-card .invoice-pay",
            "wait .register-payment-pay",
            *(
                step
                for name, text in (("point", "6.40"), ("comma", "6,40"))
                for step in (
                    "click .register-payment-amount",
                    f"write {text}",
                    "wait .register-payment-left",
                    f"shot amount_{name}",
                )
            ),
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="history",
        user="cashier",
        steps=(
            *unpaid_invoices("Sunrise Hotel"),
            "click .unpaid-invoices-history",
            "wait .invoice-payments .invoice-payment",
            "shot history",
        ),
    ),
    Scene(
        name="credit",
        user="cashier",
        steps=(
            *unpaid_invoices("Oakwood"),
            "click .unpaid-invoices-use-credit",
            "click .use-credit-row",
            "shot use_credit",
        ),
    ),
    Scene(
        name="closing",
        user="cashier",
        steps=(
            *OPEN_TILL,
            "click .pos-rightheader .fa-bars",
            "click .pos-burger-menu-items .dropdown-item:last-child",
            "wait .payment-methods-overview",
            "shot closing",
        ),
    ),
    Scene(
        name="lost",
        user="cashier",
        steps=(
            *unpaid_invoices("Sunrise Hotel"),
            "click .invoice-card .invoice-pay",
            "wait .register-payment-pay",
            "lose collect_invoice_payment",
            f"reach {shown('.register-payment-lost')} by .register-payment-pay",
            "shot lost_payment",
            "lose close_invoice_payment_attempt",
            "click .register-payment-back",
            "wait .unpaid-invoices-notice",
            "shot lost_list",
            "click .unpaid-invoices-search",
            "type Delivery",  # to ask once more
            "wait .payment-done",
            "shot lost_paid",
        ),
    ),
    Scene(
        name="short",
        user="cashier",
        steps=(
            *unpaid_invoices("Bright Builders"),
            "click .unpaid-invoices-pay-amount",
            "click .modal .numpad button:contains(5)",
            "click .modal .numpad button:contains(0)",
            "click .modal .btn-primary:contains(Spread)",
            "wait .register-payment-pay",
            "shot short_payment",
            "click .register-payment-pay",
            "wait .shortfall-reason",
            "shot shortfall_popup",
            "click .shortfall-reason[data-code='7']",
            "click .shortfall-in",
            "click .shortfall-note",
            "type waits for a customer of his own",
            "shot shortfall_promise",
            "click .shortfall-done",
            "wait .payment-next",
            "shot shortfall_paid",
        ),
    ),
    Scene(
        name="shortfalls",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable.shortfall_action",
            "click .o_group_header",
            "wait .o_data_row",
            "shot shortfalls",
            "click .o_data_row .o_data_cell",
            "wait .o_form_view .o_statusbar_status",
            "shot shortfall",
            "open /odoo/action-pos_receivable.shortfall_reason_action",
            "wait .o_data_row",
            "shot shortfall_reasons",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="settings",
        user="admin",
        steps=(
            "open /odoo/action-point_of_sale.action_pos_configuration",
            "wait #use_invoice_payment",
            "scroll #use_invoice_payment",
            "click #use_invoice_payment .o_field_boolean",
            "wait #use_invoice_payment .content-group",
            "shot settings",
        ),
    ),
    Scene(
        name="session",
        user="manager",
        steps=(
            "open /odoo/action-point_of_sale.action_pos_session",
            "click .o_data_row .o_data_cell",
            "wait [name=action_show_invoice_payments]",
            "shot session",
            "click [name=action_show_invoice_payments]",
            "wait .o_list_view",
            "shot invoice_payments",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="reconcile_issues",
        user="admin",
        steps=(
            "open /odoo/action-pos_receivable.reconcile_issue_action",
            "desktop: wait .o_data_row",
            "phone: wait .o_kanban_record",
            "shot reconcile_issues",
            "desktop: click .o_data_row .o_data_cell",
            "phone: click .o_kanban_record",
            "wait .o_form_view .o_statusbar_status",
            "shot reconcile_issue",
            "open /odoo/action-pos_receivable.reconcile_run_action",
            "desktop: wait .o_data_row",
            "phone: wait .o_kanban_record",
            "shot reconcile_runs",
        ),
    ),
    Scene(
        name="reconcile",
        user="admin",
        steps=(
            "open /odoo/action-account.action_move_out_invoice/",
            "click .o_data_row .o_data_cell:contains(Quayside Books)",
            "wait [name=action_force_payment_reconciliation]",
            "shot reconcile_invoice",
            "click [name=action_force_payment_reconciliation]",
            "wait .o_notification",
            "shot reconcile_notification",
            "open /odoo/action-pos_receivable.reconcile_run_action",
            "click .o_data_row .o_data_cell",
            "wait .o_form_view .o_statusbar_status",
            "shot reconcile_run",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="reconcile_figures",
        user="admin",
        steps=(
            "open /odoo/action-pos_receivable.reconcile_run_action?view_type=graph",
            "wait .o_graph_renderer canvas",
            "shot reconcile_graph",
            "open /odoo/action-pos_receivable.reconcile_run_action?view_type=pivot",
            "wait .o_pivot table",
            "shot reconcile_pivot",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="reconcile_settings",
        user="admin",
        steps=(
            "open /odoo/action-account.action_account_config",
            "wait #receivable_batches",
            "scroll #receivable_batches",
            "shot reconcile_settings",
        ),
    ),
    Scene(
        name="match",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_match.proposal_action",
            "wait .o_data_row",
            "shot match_queue",
            "click .o_data_row .o_data_cell:contains(Tom Becker)",
            "wait .o_match_reasons",
            "shot match_proposal",
            "click [name=action_choose]",
            "wait .modal [name=line_ids]",
            "shot match_choose",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="match_review",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_match.proposal_action",
            "wait .o_data_row",
            "click .o_data_row .o_data_cell:contains(LIGHTHOUSE)",
            "wait .o_match_reasons",
            "press Alt+a",
            "wait .o_notification_buttons button",
            "shot match_next",
            "click .o_notification_buttons button",
            "wait .o_statusbar_status .o_arrow_button_current[data-value=accepted]",
            "shot match_accepted",
            "press Alt+z",
            "click .modal-footer .btn-primary",
            "wait .o_statusbar_status .o_arrow_button_current[data-value=open]",
            "shot match_undone",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="match_phone",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_match.proposal_action",
            "wait .o_kanban_record:contains(Tom Becker)",
            "shot match_queue",
            "click .o_kanban_record:contains(Tom Becker)",
            "wait .o_match_reasons",
            "shot match_proposal",
            "scroll .o_match_reasons",
            "shot match_reasons",
            "scroll .o_form_sheet",
            "shot match_received",
            "scroll [name=allocation_ids]",
            "shot match_proposed",
            "click .o_statusbar_buttons .oi-ellipsis-v",
            "click [name=action_choose]",
            "wait .modal [name=line_ids]",
            "shot match_choose",
            "click .modal [name=line_ids] .o_kanban_record",
            "wait .modal [name=amount_residual]",
            "shot match_choose_amount",
        ),
        sizes=("phone",),
    ),
    Scene(
        name="match_together",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_match.proposal_action",
            "wait .o_data_row",
            "click .o_control_panel [name=action_match_now]",
            "wait .o_notification",
            "shot match_now",
            "open /odoo/action-pos_receivable_match.proposal_action",
            "wait .o_data_row",
            "click .o_data_row .o_data_cell:contains(Green Leaf)",
            "wait [name=closing] .badge",
            "shot match_discount",
            "click .o_breadcrumb .o_back_button",
            "wait .o_data_row",
            "click thead .o_list_record_selector",
            "click .o_control_panel [name=action_accept]",
            "wait .o_notification",
            "shot match_together",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="match_modes",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_automation.mode_open_action",
            "wait .o_data_row",
            "shot match_modes",
        ),
    ),
    Scene(
        name="match_logs",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_match.run_action",
            "wait .o_data_row",
            "shot match_runs",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="match_settings",
        user="admin",
        steps=(
            "open /odoo/action-account.action_account_config",
            "wait #receivable_writeoff",
            "scroll #receivable_writeoff",
            "shot match_settings",
        ),
    ),
    Scene(
        name="followup",
        user="accountant",
        steps=(
            *OPEN_FOLLOWUP,
            "shot followup_list",
            # Who has promised has nothing to do any more, and this may be played again.
            "click .o_facet_remove",
            "click .o_data_row .o_data_cell:contains(Bright Builders)",
            "wait .o_case_item",
            "click .o_case_call",
            "wait .o_case_dialog textarea",
            "shot followup_call",
            "click .o_case_dialog textarea",
            "type Julia Brandt will look into it",
            "click .o_case_submit",
            "wait .o_case_contacts .fa-phone",
            "click .o_case_promise",
            "wait .o_case_dialog input[type=date]",
            "shot followup_promise",
            "click .o_case_submit",
            "wait .o_case_promises .badge",
            "click .o_case_dispute",
            "wait .o_case_dialog select",
            "shot followup_dispute",
            "press Escape",
            "wait .o_case_settle",
            "shot followup_case",
            "click .o_case_settle",
            "wait .o_case_hint",
            "shot followup_settle",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="followup_phone",
        user="accountant",
        steps=(
            *OPEN_FOLLOWUP,
            "shot followup_list",
            "click .o_kanban_record:contains(Rosa Delgado)",
            "wait .o_case_item",
            "shot followup_case",
            "scroll .o_case_item",
            "shot followup_items",
            "scroll .o_case_contacts",
            "shot followup_history",
            "click .o_case_promise",
            "wait .o_case_dialog input[type=date]",
            "shot followup_promise",
            "click .o_case_dialog .modal-header button",
            "click .o_case_dispute",
            "wait .o_case_dialog select",
            "shot followup_dispute",
        ),
        sizes=("phone",),
    ),
    Scene(
        name="followup_lost",
        user="accountant",
        steps=(
            *OPEN_FOLLOWUP,
            "click .o_facet_remove",
            "click .o_data_row .o_data_cell:contains(Sunrise)",
            "wait .o_case_item",
            "shot followup_many",
            "click .o_case_snooze",
            "wait .o_case_dialog input[type=date]",
            "shot followup_snooze",
            "lose snooze",
            "click .o_case_submit",
            "wait .o_case_message",
            "shot followup_lost",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="statement",
        user="cashier",
        steps=(
            *unpaid_invoices("Rosa Delgado"),
            "shot statement_button",
            "click .unpaid-invoices-statement",
            "wait .account-statement-line",
            "shot statement_open",
            "click .account-statement-activity",
            "wait .account-statement-opening",
            "shot statement_activity",
            "click .account-statement-close",
            "wait .unpaid-invoices .invoice-card",
        ),
    ),
    Scene(
        name="statement_office",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_customer.send_statements_action",
            "wait [name=action_choose_open]",
            "click [name=action_choose_open]",
            "wait [name=partner_ids] .o_tag",
            "shot statement_send",
            "open /odoo/action-pos_receivable_customer.mailing_action",
            "wait .o_data_row",
            "shot statement_sent",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="statement_settings",
        user="admin",
        steps=(
            "open /odoo/action-account.action_account_config",
            "wait #receivable_statements",
            "scroll #receivable_statements",
            "shot statement_settings",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="profile",
        user="cashier",
        steps=(*unpaid_invoices("Lighthouse"), "wait .unpaid-invoices-note", "shot profile_till"),
    ),
    Scene(
        name="profile_office",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_customer.payment_profile_action",
            "wait .o_data_row",
            "shot profiles",
            "click .o_data_row .o_data_cell",
            "wait .o_form_view [name=median_days_due]",
            "shot profile",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="customer_account",
        user="manager",
        steps=(
            *OPEN_TILL,
            *on_account("Green Leaf", "60"),
            "wait .customer-account-reasons",
            "shot customer_account",
            f"reach {shown('#customer-account-reason')} by .customer-account-manager",
            "click #customer-account-reason",
            "type flowers for our opening are theirs",
            "shot customer_account_manager",
            "click .customer-account-ask",
            "wait .customer-account-waiting",
            "shot customer_account_waiting",
        ),
    ),
    Scene(
        name="credit_office",
        user="manager",
        steps=(
            *OPEN_TILL,
            *on_account("Lighthouse", "8"),
            "click .payment-screen .validation-button.next",
            "click .receipt-screen [name=done]",
            *on_account("Tom Becker", "6"),
            f"reach {shown('#customer-account-reason')} by .customer-account-manager",
            "click #customer-account-reason",
            "type pays on Friday, as always",
            "click .customer-account-let-pass",
            "click .payment-screen .validation-button.next",
            "click .receipt-screen [name=done]",
            "open /odoo/action-pos_receivable_credit.authorization_action",
            "wait .o_data_row",
            "shot credit_authorizations",
            "click .o_data_row .o_data_cell",
            "wait .o_form_view .o_statusbar_status",
            "shot credit_authorization",
            "open /odoo/action-pos_receivable_credit.account_action",
            "wait .o_data_row",
            "shot credit_accounts",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="credit_settings",
        user="admin",
        steps=(
            "open /odoo/action-account.action_account_config",
            "wait #receivable_credit_rules",
            "scroll #receivable_credit",
            "shot credit_settings",
            "open /odoo/action-point_of_sale.action_pos_configuration",
            "wait #customer_account_check",
            "scroll #customer_account_check",
            "shot credit_settings_shop",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="analysis",
        user="manager",
        steps=(
            "open /odoo/action-pos_receivable.pos_receivable_payment_report_action",
            "wait .o_graph_view canvas",
            "shot analysis",
        ),
        sizes=("desktop",),
    ),
    app_page("pos_receivable"),
    app_page("pos_receivable_automation"),
    app_page("pos_receivable_match"),
    app_page("pos_receivable_followup"),
    app_page("pos_receivable_credit"),
    app_page("pos_receivable_credit_sale"),
    app_page("pos_receivable_hr"),
)
