import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import { registry } from "@web/core/registry";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";
import * as Connection from "@pos_receivable/../tests/tours/utils/connection_util";

const CUSTOMER = "Counter Customer";
const BUYER = "Frequent Buyer";
const PAYMENT = ".modal:not(.o_inactive_modal) .register-payment";

function formKeeps(amount, reference) {
    return [
        {
            content: `the amount is still ${amount}`,
            trigger: `${PAYMENT} .register-payment-amount:value(${amount})`,
        },
        {
            content: `the reference is still ${reference}`,
            trigger: `${PAYMENT} .register-payment-reference:value(${reference})`,
        },
    ];
}

registry.category("web_tour.tours").add("CollectInvoiceConnectionLost", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            Connection.loseRequest("get_partner_dues"),
            Invoice.clickInvoice(),
            Connection.wasLost("get_partner_dues"),
            Connection.loseRequest("get_open_invoices"),
            Invoice.chooseCustomer(CUSTOMER),
            Connection.says("You are offline. The invoices are shown"),
            Connection.press("Try again"),
            Invoice.listShows({ customer: CUSTOMER, due: "640.00", invoices: ["INV/TOUR/1"] }),
            Connection.isBack(),

            // The payment does not arrive; nor does the question what became of it.
            Invoice.pay("INV/TOUR/1"),
            Invoice.enterAmount("100"),
            Invoice.enterReference("SLIP-1"),
            Connection.loseRequest("collect_invoice_payment"),
            Invoice.payNow("100.00"),
            Invoice.answerIsLost(),
            formKeeps("100", "SLIP-1"),
            Connection.loseRequest("close_invoice_payment_attempt"),
            Connection.press("Check"),
            Connection.says("Still no connection"),
            Connection.press("Check"),
            {
                content: "nothing was booked",
                trigger: `${PAYMENT} .register-payment-notice:contains(Nothing was booked)`,
            },
            formKeeps("100", "SLIP-1"),
            Connection.isBack(),

            // The payment arrives, its answer does not; nor does that to the question.
            Connection.loseAnswer("collect_invoice_payment"),
            Invoice.payNow("100.00"),
            Invoice.answerIsLost(),
            Connection.loseAnswer("close_invoice_payment_attempt"),
            Connection.press("Check"),
            Connection.says("Still no connection"),
            Connection.press("Check"),
            Invoice.isPaid("100.00"),
            Connection.isBack(),

            Connection.loseRequest("email_invoice_payment"),
            Connection.press("E-mail"),
            {
                content: "type an address",
                trigger: ".modal:not(.o_inactive_modal) textarea",
                run: "edit acme@example.com",
            },
            Connection.press("Apply"),
            Connection.says("You are offline: the receipt was not sent"),
            Connection.isBack(),

            Connection.loseRequest("get_open_invoices"),
            Invoice.next(),
            Connection.says("You are offline. The invoices are shown"),
            Connection.press("Try again"),
            Invoice.listShows({ customer: CUSTOMER, due: "540.00", invoices: ["INV/TOUR/1"] }),

            Connection.loseRequest("get_invoice_payments"),
            Invoice.showHistory(),
            Connection.says("You are offline. The payments are shown"),
            Connection.press("Try again"),
            Invoice.historyShows(CUSTOMER, "100.00"),
            Connection.loseRequest("void_invoice_payment"),
            Invoice.voidPayment("does not arrive"),
            Connection.says("The connection was lost. The list shows whether it was voided"),
            {
                content: "it was not",
                trigger: ".modal .invoice-payments .invoice-payment-void:enabled",
            },
            Connection.loseAnswer("void_invoice_payment"),
            Invoice.voidPayment("arrives"),
            Invoice.historyShows(CUSTOMER, "100.00", "Voided"),
            Invoice.closeHistory(),
        ].flat(Infinity),
});

registry.category("web_tour.tours").add("CollectInvoiceLostThenError", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            Invoice.clickInvoice(),
            Invoice.chooseCustomer(CUSTOMER),
            Invoice.pay("INV/TOUR/1"),
            Invoice.enterAmount("100"),
            Connection.loseAnswer("collect_invoice_payment"),
            Invoice.payNow("100.00"),
            Invoice.answerIsLost(),

            // Whatever the server says now, it does not say what became of the first request.
            Connection.answerWith("collect_invoice_payment", Connection.EXPIRED),
            Invoice.payNow("Try again"),
            Invoice.serverRefuses("You were logged out. Log in again."),
            Invoice.answerIsLost(),
            Connection.answerWith("close_invoice_payment_attempt", Connection.BROKEN),
            Connection.press("Check"),
            Invoice.serverRefuses("Something went wrong on the server"),
            Invoice.answerIsLost(),
            Connection.loseRequest("collect_invoice_payment"),
            Invoice.payNow("Try again"),
            Invoice.answerIsLost(),
            {
                content: "it never said that nothing was booked, and offers no new payment",
                trigger: `${PAYMENT}:not(:contains(othing was booked)):not(:contains(Pay now))`,
            },
            Connection.isBack(),
            Invoice.payNow("Try again"),
            Invoice.isPaid("100.00"),
            Invoice.next(),
            Invoice.listShows({ customer: CUSTOMER, due: "540.00", invoices: ["INV/TOUR/1"] }),
        ].flat(Infinity),
});

registry.category("web_tour.tours").add("CollectInvoiceLostAndReloaded", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            Invoice.clickInvoice(),
            Invoice.chooseCustomer(CUSTOMER),
            Invoice.pay("INV/TOUR/1"),
            Connection.loseAnswer("collect_invoice_payment"),
            Invoice.payNow("640.00"),
            Invoice.answerIsLost(),
            {
                content: "the page is loaded anew",
                trigger: "body",
                run: () => window.location.reload(),
                expectUnloadPage: true,
            },
            // The order still has its customer.
            Invoice.clickInvoice(),
            Connection.says("Unfinished until now: booked at"),
            Invoice.isPaid("640.00"),
            Invoice.catchPrints(),
            Invoice.printReceipt(),
            Invoice.isPrinted("Payment receipt", "INV/TOUR/1"),
            Invoice.next(),
            {
                content: "nothing is left to pay",
                trigger:
                    ".modal .unpaid-invoices-count:contains(0 open invoices), .modal .unpaid-invoices-empty",
            },
        ].flat(Infinity),
});

registry.category("web_tour.tours").add("CollectInvoiceCreditConnectionLost", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            Connection.loseRequest("find_open_invoice"),
            Invoice.scan("INV/TOUR/12"),
            Connection.wasLost("find_open_invoice"),
            Connection.isBack(),
            Invoice.clickInvoice(),
            Invoice.chooseCustomer(BUYER),
            Invoice.select("INV/TOUR/12"),
            Connection.loseRequest("get_open_credits"),
            Invoice.look(),
            {
                content: "use credit",
                trigger: ".modal .unpaid-invoices-use-credit",
                run: "click",
            },
            Connection.says("The connection was lost. Look again"),
            Connection.press("Look again"),
            {
                content: "choose it",
                trigger: ".use-credit .use-credit-row:contains(Credit note)",
                run: "click",
            },
            Connection.loseAnswer("apply_invoice_credits"),
            Invoice.look(),
            {
                content: "use it",
                trigger: ".use-credit .use-credit-apply:enabled:contains(50.00)",
                run: "click",
            },
            Connection.says("The connection was lost. Look again"),
            Connection.press("Look again"),
            {
                content: "it was used: none is left",
                trigger: ".use-credit :contains(No credit is left)",
            },
            Connection.press("Back"),
            Invoice.listShows({ customer: BUYER, due: "550.00", invoices: ["INV/TOUR/12"] }),
        ].flat(Infinity),
});
