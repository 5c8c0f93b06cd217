"""What `make screenshots` does and takes: a list of scenes, each a list of steps.

    open PATH             go to a page of the server
    wait SELECTOR         until such an element is visible
    click SELECTOR        with the mouse, in its middle, once it is visible
    try SELECTOR          click it if it shows up within a moment
    type TEXT             into the element that has the focus
    scroll SELECTOR       until such an element is in view
    press KEY             such as Enter or Alt+a
    lose METHOD           the server does what it is asked next, its answer does not arrive
    shot NAME             a picture: NAME-desktop.png, NAME-phone.png

A selector may end in :contains(text). A scene starts logged in as its user.
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

OPEN_TILL = (
    "open /pos/ui/{config}",
    "try .login-overlay .open-register-btn",
    "try .modal .btn-primary:contains(Open Register)",
    "wait .product-list .product",
    "try .payment-guide-offer .o_notification_close",
)

UNPAID_INVOICES = (
    *OPEN_TILL,
    "try .btn-switchpane.review-button",  # the way there on a phone
    "try .mobile-more-button",
    "click .collect-invoice-button",
    "wait .partner-list",
    "click .partner-list b:contains({customer})",
    "wait .unpaid-invoices .invoice-card",
)


def unpaid_invoices(customer):
    """The steps to the open invoices of a customer of the demo shop."""
    return tuple(step.replace("{customer}", customer) for step in UNPAID_INVOICES)


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
            "shot register_payment",
            "click .register-payment-pay",
            "wait .payment-next",
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
        name="keep_and_pay_out",
        user="manager",
        steps=(
            *unpaid_invoices("Park Dental"),
            "click .invoice-card .invoice-pay",
            "wait .register-payment-pay",
            "click .register-payment-amount",
            "press Control+a",
            "type 1000",
            "wait .register-payment-keep",
            "shot more_than_due",
            "click .register-payment-keep",
            "wait .register-payment-kept",
            "shot kept",
            "click .register-payment-pay",
            "wait .payment-next",
            "shot kept_paid",
            "click .payment-next",
            "try .unpaid-invoices-use-credit",
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
            "shot history",
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
        name="lost",
        user="cashier",
        steps=(
            *unpaid_invoices("Sunrise Hotel"),
            "click .invoice-card .invoice-pay",
            "wait .register-payment-pay",
            "lose collect_invoice_payment",
            "click .register-payment-pay",
            "wait .register-payment-lost",
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
            "wait .o_data_row",
            "shot reconcile_issues",
            "click .o_data_row .o_data_cell",
            "wait .o_form_view .o_statusbar_status",
            "shot reconcile_issue",
            "open /odoo/action-pos_receivable.reconcile_run_action",
            "wait .o_data_row",
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
            "wait .o_notification:contains(is accepted)",
            "shot match_next",
            "click .o_notification button:contains(Go back)",
            "wait .o_statusbar_status .o_arrow_button_current:contains(Accepted)",
            "shot match_accepted",
            "press Alt+z",
            "click .modal-footer .btn-primary",
            "wait .o_statusbar_status .o_arrow_button_current:contains(To Review)",
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
            "click .o_control_panel button:contains(Match Now)",
            "wait .o_notification:contains(In the queue)",
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
            "wait .o_notification:contains(accepted)",
            "shot match_together",
        ),
        sizes=("desktop",),
    ),
    Scene(
        name="match_logs",
        user="accountant",
        steps=(
            "open /odoo/action-pos_receivable_automation.mode_open_action",
            "wait .o_data_row",
            "shot match_modes",
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
        name="analysis",
        user="manager",
        steps=(
            "open /odoo/action-pos_receivable.pos_receivable_payment_report_action",
            "wait .o_graph_view canvas",
            "shot analysis",
        ),
        sizes=("desktop",),
    ),
)
