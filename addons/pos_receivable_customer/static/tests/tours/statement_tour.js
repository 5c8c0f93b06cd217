import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import { registry } from "@web/core/registry";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";
import { isReadable } from "@pos_receivable/../tests/tours/utils/contrast_util";

const CUSTOMER = "Counter Customer";
const STATEMENT = ".modal:not(.o_inactive_modal) .account-statement";

function addTour(name, steps) {
    registry.category("web_tour.tours").add(name, { steps: () => steps().flat(Infinity) });
}

function press(name) {
    return [
        Invoice.look(),
        {
            content: `press ${name}`,
            trigger: `${STATEMENT} .account-statement-${name}`,
            run: "click",
        },
    ];
}

function shows(...texts) {
    return texts.map((text) => ({
        content: `the statement says ${text}`,
        trigger: `${STATEMENT} .modal-body:contains(${text})`,
    }));
}

function sendTo(address) {
    return [
        press("email"),
        {
            content: `type ${address}`,
            trigger: ".modal:not(.o_inactive_modal) textarea",
            run: `edit ${address}`,
        },
        {
            content: "send it",
            trigger: ".modal:not(.o_inactive_modal) .modal-footer button:contains(Apply)",
            run: "click",
        },
        {
            content: "it is on its way",
            trigger: `.o_notification:contains(on its way to ${address})`,
        },
    ];
}

addTour("AccountStatement", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    Invoice.catchPrints(),
    Invoice.clickInvoice(),
    Invoice.chooseCustomer(CUSTOMER),
    Invoice.listShows({ customer: CUSTOMER, due: "640.00", invoices: ["INV/TOUR/1"] }),
    Invoice.look(),
    {
        content: "open the statement",
        trigger: ".modal .unpaid-invoices-statement",
        run: "click",
    },
    shows("640.00", "INV/TOUR/1", "23 days late"),
    isReadable(STATEMENT),
    press("activity"),
    shows("Balance before", "INV/TOUR/1"),
    isReadable(STATEMENT),
    press("print"),
    Invoice.isPrinted("Statement of account", CUSTOMER, "INV/TOUR/1", "640.00", "Check"),
    sendTo("anna@acme.example"),
    press("close"),
    {
        content: "back at the list",
        trigger: ".modal:not(.o_inactive_modal) .unpaid-invoices-statement:enabled",
    },
]);

addTour("AccountStatementOfCustomerLine", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    ProductScreen.clickPartnerButton(),
    {
        content: "open the customer's menu",
        trigger: `.modal .partner-info:contains(${CUSTOMER}) button.fa-bars, .modal .partner-info:contains(${CUSTOMER}) button:has(.fa-bars)`,
        run: "click",
    },
    {
        content: "choose Statement, on a phone from a sheet at the bottom",
        trigger: "body .o-dropdown-item:contains(Statement)",
        run: "click",
    },
    shows("640.00", "INV/TOUR/1"),
    press("close"),
]);
