import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import { registry } from "@web/core/registry";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";

const CUSTOMER = "Counter Customer";
const OFFER = ".payment-guide-offer";

function addTour(name, steps) {
    registry.category("web_tour.tours").add(name, { steps: () => steps().flat(Infinity) });
}

function says(sentence) {
    return { content: `"${sentence}" is said`, trigger: `.payment-guide:contains(${sentence})` };
}

function saysPressInvoice() {
    return [
        { ...says("Press Invoice"), isActive: ["desktop"] },
        { ...says("Go to the order"), isActive: ["mobile"] },
    ];
}

const IS_QUIET = [
    Invoice.look(),
    { content: "no guide", trigger: "body:not(:has(.payment-guide))" },
];

addTour("CollectInvoiceGuided", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    { content: "show me", trigger: `${OFFER} button:contains(Show me)`, run: "click" },
    saysPressInvoice(),
    Invoice.clickInvoice(),
    says("Who pays?"),
    Invoice.chooseCustomer(CUSTOMER),
    says("Pay takes this invoice"),
    Invoice.pay("INV/TOUR/1"),
    says("press Pay now to book it"),
    Invoice.back(),
    says("Pay takes this invoice"),
    Invoice.pay("INV/TOUR/1"),
    says("press Pay now to book it"),
    Invoice.payNow("640.00"),
    Invoice.isPaid("640.00"),
    says("e-mail the receipt"),
    Invoice.next(),
    Invoice.isBackAtTheOrder(),
    IS_QUIET,
    Chrome.clickMenuOption("How to Take Payments"),
    // On a phone the order is still in view.
    { content: "it starts again", trigger: ".payment-guide-stop", run: "click" },
    IS_QUIET,
]);

addTour("CollectInvoiceNotOffered", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    Invoice.look(),
    { content: "no offer", trigger: `body:not(:has(${OFFER})) .product-screen` },
]);

addTour("CollectInvoiceOfferDeclined", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    { content: "no", trigger: `${OFFER} button:contains(No, thanks)`, run: "click" },
    { content: "it is gone", trigger: `body:not(:has(${OFFER})) .product-screen` },
    IS_QUIET,
]);
