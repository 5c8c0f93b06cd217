/* global posmodel */

import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import { registry } from "@web/core/registry";
import { isReadable } from "@pos_receivable/../tests/tours/utils/contrast_util";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";

const CUSTOMER = "Counter Customer";
const BUYER = "Frequent Buyer";

function openInvoices(customer = CUSTOMER) {
    return [
        Chrome.startPoS(),
        Dialog.confirm("Open Register"),
        Invoice.clickInvoice(),
        Invoice.chooseCustomer(customer),
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
            const receivables = posmodel.env.services.pos_receivable;
            const page = await receivables.loadOpenInvoices(posmodel.getOrder().getPartner().id);
            await receivables.book({
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

addTour("CollectInvoiceAndReceipts", () => [
    openInvoices(),
    Invoice.listShows({ customer: CUSTOMER, due: "720.00", invoices: ["000071", "000072"] }),
    Invoice.invoiceShows("000071", "On account"),
    Invoice.invoiceShows("000072", "On account, today"),
    Invoice.select("INV/TOUR/1"),
    Invoice.select("000071"),
    Invoice.select("000072"),
    Invoice.paySelected(3, "720.00"),
    Invoice.splitShows({ "INV/TOUR/1": "640.00", "000071": "50.00", "000072": "30.00" }),
    Invoice.enterAmount("700"),
    Invoice.splitShows({ "INV/TOUR/1": "640.00", "000071": "50.00", "000072": "10.00" }),
    Invoice.payNow("700.00"),
    Invoice.isPaid("700.00"),
    Invoice.next(),
    Invoice.listShows({ customer: CUSTOMER, due: "20.00", invoices: ["000072"] }),
    Invoice.invoiceShows("000072", "Partly paid"),
]);

addTour("CollectInvoiceSeveral", () => [
    openInvoices(BUYER),
    Invoice.select("INV/TOUR/11"),
    Invoice.select("INV/TOUR/13"),
    Invoice.paySelected(2, "400.00"),
    Invoice.splitShows({ "INV/TOUR/11": "100.00", "INV/TOUR/13": "300.00" }),
    Invoice.enterAmount("250"),
    Invoice.splitShows({ "INV/TOUR/11": "100.00", "INV/TOUR/13": "150.00" }),
    Invoice.enterPart("INV/TOUR/11", "40"),
    Invoice.splitShows({ "INV/TOUR/13": "210.00" }),
    Invoice.payNow("250.00"),
    Invoice.isPaid("250.00"),
    Invoice.next(),
    Invoice.listShows({ customer: BUYER, due: "350.00", invoices: ["INV/TOUR/11"] }),
    Invoice.payAll(),
    Invoice.payNow("350.00"),
    Invoice.isPaid("350.00"),
    Invoice.next(),
    Invoice.isBackAtTheOrder(),
]);

addTour("CollectInvoiceReceiptAndVoid", () => [
    openInvoices(),
    Invoice.catchPrints(),
    Invoice.pay("INV/TOUR/1"),
    Invoice.enterAmount("100"),
    Invoice.payNow("100.00"),
    Invoice.isPaid("100.00"),
    Invoice.printReceipt(),
    Invoice.isPrinted("Payment receipt", "Counter Customer", "INV/TOUR/1", "540.00"),
    Invoice.next(),
    Invoice.listShows({ customer: CUSTOMER, due: "540.00", invoices: ["INV/TOUR/1"] }),
    Invoice.showHistory(),
    Invoice.historyShows(CUSTOMER, "100.00"),
    Invoice.reprint(),
    Invoice.isPrinted("COPY"),
    Invoice.voidPayment("Wrong customer"),
    Invoice.historyShows(CUSTOMER, "100.00", "Voided"),
    Invoice.reprint(),
    Invoice.isPrinted("VOID", "Wrong customer"),
    Invoice.closeHistory(),
    Invoice.listShows({ customer: CUSTOMER, due: "640.00", invoices: ["INV/TOUR/1"] }),
    Invoice.closeList(),
    Chrome.clickMenuOption("Invoice Payments"),
    Invoice.historyShows(CUSTOMER, "100.00", "Voided"),
]);

addTour("CollectInvoiceCredit", () => [
    openInvoices(BUYER),
    Invoice.select("INV/TOUR/12"),
    Invoice.useCredit("50.00"),
    Invoice.listShows({ customer: BUYER, due: "550.00", invoices: ["INV/TOUR/12"] }),
    Invoice.paySelected(1, "150.00"),
    Invoice.payNow("150.00"),
    Invoice.isPaid("150.00"),
    Invoice.next(),
    Invoice.listShows({ customer: BUYER, due: "400.00", invoices: ["INV/TOUR/11"] }),
]);

addTour("CollectInvoiceKeepOnAccount", () => [
    openInvoices(),
    Invoice.catchPrints(),
    Invoice.pay("INV/TOUR/1"),
    Invoice.enterAmount("652.5"),
    Invoice.isRefused("640.00 is the most that can be paid on INV/TOUR/1"),
    Invoice.keepOnAccount("12.50"),
    Invoice.enterTendered("700"),
    Invoice.changeIs("47.50"),
    Invoice.payNow("652.50"),
    Invoice.isPaid("652.50", { change: "47.50" }),
    Invoice.isKept("12.50"),
    Invoice.printReceipt(),
    Invoice.isPrinted("Kept on account"),
]);

addTour("CollectInvoiceDeposit", () => [
    openInvoices(),
    Invoice.deposit(),
    Invoice.enterAmount("100"),
    Invoice.payNow("100.00"),
    Invoice.isKept("100.00"),
    Invoice.next(),
    Invoice.creditIs("100.00"),
    Invoice.useCredit("100.00", "Kept on account"),
    Invoice.listShows({ customer: CUSTOMER, due: "540.00", invoices: ["INV/TOUR/1"] }),
    Invoice.showHistory(),
    Invoice.historyShows(CUSTOMER, "kept on account"),
    Invoice.closeHistory(),
]);

addTour("CollectInvoicePayOut", () => [
    openInvoices(),
    Invoice.deposit(),
    Invoice.enterAmount("100"),
    Invoice.payNow("100.00"),
    Invoice.isKept("100.00"),
    Invoice.next(),
    Invoice.payOut("Kept on account", "40", "60.00"),
    Invoice.creditIs("60.00"),
    Invoice.showHistory(),
    Invoice.historyShows(CUSTOMER, "paid out of", "-"),
    Invoice.closeHistory(),
]);

addTour("CollectInvoiceScanned", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    Invoice.scan("INV/TOUR/12"),
    Invoice.payNow("200.00"),
    Invoice.isPaid("200.00"),
    Invoice.next(),
    Invoice.scan("INV/TOUR/12"),
    Dialog.bodyIs("INV/TOUR/12 was already paid"),
    Dialog.confirm(),
    Invoice.scan("no such thing"),
    {
        content: "the core does not know it either",
        trigger: ".o_notification:contains(Unknown Barcode)",
    },
]);

addTour("CollectInvoiceCustomerList", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    Invoice.clickInvoice(),
    Invoice.searchCustomer(CUSTOMER),
    Invoice.customerOwes(CUSTOMER, "640.00", "640.00"),
    Invoice.searchCustomer(BUYER),
    Invoice.customerOwes(BUYER, "600.00", "100.00"),
]);

addTour("CollectInvoiceReadable", () => [
    Chrome.startPoS(),
    Dialog.confirm("Open Register"),
    Invoice.clickInvoice(),
    Invoice.searchCustomer(CUSTOMER),
    Invoice.customerOwes(CUSTOMER, "640.00", "640.00"),
    isReadable(".modal .partner-list .partner-invoice-due"),
    Invoice.chooseCustomer(CUSTOMER),
    Invoice.listShows({ customer: CUSTOMER, due: "940.00", invoices: ["INV/TOUR/3"] }),
    Invoice.invoiceShows("INV/TOUR/3", "% off until"),
    isReadable(".modal:has(.unpaid-invoices)"),
    Invoice.select("INV/TOUR/1"),
    isReadable(".modal:has(.unpaid-invoices)"),
    Invoice.select("INV/TOUR/3"),
    Invoice.paySelected(2, "934.00"),
    isReadable(".modal:has(.register-payment)"),
    Invoice.enterAmount("1000"),
    Invoice.isRefused("is the most that can be paid"),
    isReadable(".modal:has(.register-payment)"),
    Invoice.enterAmount("100"),
    Invoice.enterTendered("20"),
    isReadable(".modal:has(.register-payment)"),
    Invoice.enterTendered("200"),
    Invoice.loseTheNextAnswer(),
    Invoice.payNow("100.00"),
    Invoice.answerIsLost(),
    isReadable(".modal:has(.register-payment)"),
    Invoice.payNow("Try again"),
    Invoice.isPaid("100.00", { change: "100.00" }),
    isReadable(".modal:has(.register-payment)"),
    Invoice.next(),
    Invoice.showHistory(),
    Invoice.historyShows(CUSTOMER, "100.00"),
    isReadable(".modal:has(.invoice-payments)"),
    Invoice.voidPayment("Wrong customer"),
    Invoice.historyShows(CUSTOMER, "100.00", "Voided"),
    isReadable(".modal:has(.invoice-payments)"),
]);

addTour("CollectInvoiceAndClose", () => [
    openInvoices(),
    Invoice.pay("INV/TOUR/1"),
    Invoice.enterAmount("240"),
    Invoice.payNow("240.00"),
    Invoice.isPaid("240.00"),
    Invoice.next(),
    Invoice.pay("INV/TOUR/1"),
    Invoice.chooseMethod("Counter Card"),
    Invoice.payNow("400.00"),
    Invoice.isPaid("400.00"),
    Invoice.next(),
    Invoice.isBackAtTheOrder(),
    Chrome.clickMenuOption("Close Register"),
    {
        content: "invoice cash stands under the drawer, the card apart",
        trigger:
            ".close-pos-popup:contains(Invoice Payments (Cash)):contains(240.00):has(.invoice-bank-payments:contains(Counter Card):contains(400.00))",
    },
    ProductScreen.closeWithCashAmount("240"),
    {
        content: "the count agrees",
        trigger: ".close-pos-popup .cash-difference:contains($ 0.00)",
    },
    {
        content: "close",
        trigger: ".close-pos-popup .modal-footer button:contains(Close Register)",
        run: "click",
        expectUnloadPage: true,
    },
    { content: "closed", trigger: "button:contains(backend)" },
]);
