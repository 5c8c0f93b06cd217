/* global posmodel */

import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import { registry } from "@web/core/registry";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";

const CUSTOMER = "Counter Customer";

function openInvoices() {
    return [
        Chrome.startPoS(),
        Dialog.confirm("Open Register"),
        Invoice.clickInvoice(),
        Invoice.chooseCustomer(CUSTOMER),
    ];
}

function addTour(name, steps) {
    registry.category("web_tour.tours").add(name, { steps: () => steps().flat(Infinity) });
}

addTour("CollectInvoiceCash", () => [
    openInvoices(),
    Invoice.listShows({ customer: CUSTOMER, due: "640.00", invoices: ["INV/TOUR/1"] }),
    Invoice.invoiceShows("INV/TOUR/1", "Overdue 23 days"),
    Invoice.pay("INV/TOUR/1"),
    Invoice.leftIs("0.00"),
    Invoice.enterTendered("700"),
    Invoice.changeIs("60.00"),
    Invoice.payNow("640.00"),
    Invoice.isPaid("640.00", { change: "60.00" }),
    Invoice.next(),
    Invoice.isBackAtTheOrder(),
]);

addTour("CollectInvoiceBank", () => [
    openInvoices(),
    Invoice.pay("INV/TOUR/1"),
    Invoice.chooseMethod("Counter Card"),
    Invoice.enterReference("CARD-4711"),
    Invoice.payNow("640.00"),
    Invoice.isPaid("640.00"),
    Invoice.next(),
    Invoice.isBackAtTheOrder(),
]);

addTour("CollectInvoicePartialThenRest", () => [
    openInvoices(),
    Invoice.pay("INV/TOUR/1"),
    Invoice.enterAmount("240.5"),
    Invoice.leftIs("399.50"),
    Invoice.payNow("240.50"),
    Invoice.isPaid("240.50"),
    Invoice.next(),
    Invoice.listShows({ customer: CUSTOMER, due: "399.50", invoices: ["INV/TOUR/1"] }),
    Invoice.invoiceShows("INV/TOUR/1", "Partly paid"),
    Invoice.pay("INV/TOUR/1"),
    Invoice.payNow("399.50"),
    Invoice.isPaid("399.50"),
    Invoice.next(),
    Invoice.isBackAtTheOrder(),
]);

addTour("CollectInvoiceWrongAmount", () => [
    openInvoices(),
    Invoice.isBlocked("INV/TOUR/2"),
    Invoice.pay("INV/TOUR/1"),
    Invoice.enterAmount("640.01"),
    Invoice.isRefused("640.00 is the most that can be paid on INV/TOUR/1"),
    Invoice.enterAmount("0"),
    Invoice.isRefused("must be more than zero"),
    Invoice.enterAmount("1.005"),
    Invoice.isRefused("The smallest step is"),
    Invoice.back(),
    Invoice.listShows({ customer: CUSTOMER, due: "640.00", invoices: ["INV/TOUR/1"] }),
]);

addTour("CollectInvoicePaidMeanwhile", () => [
    openInvoices(),
    Invoice.pay("INV/TOUR/1"),
    {
        content: "another till takes the money meanwhile",
        trigger: "body",
        run: async () => {
            const page = await posmodel.loadOpenInvoices(posmodel.getOrder().getPartner().id);
            await posmodel.bookInvoicePayment({
                uuid: "another-till",
                partner_id: page.partner.id,
                journal_id: posmodel.config._invoice_payment_journals[0].id,
                allocations: [{ invoice_id: page.invoices[0].id, amount: 640 }],
                payment_date: null,
                reference: "",
                tendered: null,
            });
        },
    },
    Invoice.payNow("640.00"),
    Invoice.serverRefuses("INV/TOUR/1 was already paid"),
    Invoice.back(),
    Invoice.isBackAtTheOrder(),
]);

addTour("CollectInvoiceLostAnswer", () => [
    openInvoices(),
    Invoice.pay("INV/TOUR/1"),
    Invoice.enterAmount("100"),
    Invoice.loseTheNextAnswer(),
    Invoice.payNow("100.00"),
    Invoice.answerIsLost(),
    Invoice.payNow("Try again"),
    Invoice.isPaid("100.00"),
    Invoice.next(),
    Invoice.listShows({ customer: CUSTOMER, due: "540.00", invoices: ["INV/TOUR/1"] }),
]);
