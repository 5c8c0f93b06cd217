import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

export const FIRST_PAYMENT = "pos_receivable_first_payment";

const TOP = ".modal:not(.o_inactive_modal)";
const AT_THE_ORDER = "body:not(:has(.modal))";

/** Played by the core, presses would come too fast to be taken for meant. */
const A_MOMENT = {
    isActive: ["auto"],
    trigger: "body",
    run: () => new Promise((resolve) => browser.setTimeout(resolve, 1000)),
};

/**
 * A cashier's first payment on an invoice, from the dashboard to the receipt. The core plays it in
 * the back office and goes on in the till; there, `PaymentGuide` shows the same steps to whom the
 * core offers no tours.
 */
registry.category("web_tour.tours").add(FIRST_PAYMENT, {
    url: "/odoo/action-point_of_sale.action_pos_config_kanban",
    steps: () => [
        {
            isActive: ["body.o_web_client"],
            trigger: ".o_kanban_record .o_collects_invoices button[name='open_ui']",
            content: _t("Customers can pay their invoices here: open the shop."),
            tooltipPosition: "bottom",
            run: "click",
            expectUnloadPage: true,
        },
        {
            isActive: ["mobile"],
            trigger: `${AT_THE_ORDER} .btn-switchpane.review-button`,
            content: _t("Go to the order."),
            tooltipPosition: "top",
            run: "click",
        },
        {
            isActive: ["mobile"],
            trigger: `${AT_THE_ORDER} .mobile-more-button`,
            content: _t("Here is everything else that the till can do."),
            tooltipPosition: "top",
            run: "click",
        },
        {
            isActive: ["desktop"],
            trigger: `${AT_THE_ORDER} .control-buttons .collect-invoice-button`,
            content: _t("A customer wants to pay an invoice? Press Invoice."),
            tooltipPosition: "top",
            run: "click",
        },
        {
            isActive: ["mobile"],
            trigger: `${TOP} .collect-invoice-button`,
            content: _t("A customer wants to pay an invoice? Press Invoice."),
            tooltipPosition: "bottom",
            run: "click",
        },
        // Any customer, as whoever owes may be further down; one who owes, once there is one to be seen.
        {
            isActive: ["manual"],
            trigger: `${TOP} .partner-list .partner-info`,
            content: _t("Who pays? What is due stands below each name."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["auto"],
            trigger: `${TOP} .partner-list .partner-info:has(.partner-invoice-due)`,
            content: _t("Who pays? What is due stands below each name."),
            tooltipPosition: "bottom",
            run: "click",
        },
        A_MOMENT,
        {
            trigger: `${TOP} .unpaid-invoices .invoice-pay`,
            content: _t("Pay takes this invoice. To pay several, tick them first."),
            tooltipPosition: "bottom",
            run: "click",
        },
        A_MOMENT,
        {
            trigger: `${TOP} .register-payment .register-payment-pay`,
            content: _t("Choose how it is paid, take the money, then press Pay now to book it."),
            tooltipPosition: "bottom",
            run: "click",
        },
        A_MOMENT,
        {
            trigger: `${TOP} .register-payment .payment-next`,
            content: _t("Paid. Print or e-mail the receipt for the customer, then go on."),
            tooltipPosition: "bottom",
            run: "click",
        },
    ],
});
