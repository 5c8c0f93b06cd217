import { expect, test } from "@odoo/hoot";
import {
    animationFrame,
    press,
    queryAllTexts,
    queryOne,
    waitFor,
    waitForNone,
} from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { contains, makeServerError } from "@web/../tests/web_test_helpers";
import { InvoicePaymentsPopup } from "@pos_receivable/payment/components/popups/invoice_payments_popup/invoice_payments_popup";
import { makeInvoice, makeResult, openPopup, setupCollecting } from "../utils";

definePosModels();

function makePayment(values = {}) {
    const { payment, invoices } = makeResult(makeInvoice(), 600, values);
    return { ...payment, state: "posted", void: false, invoices };
}

async function setupHistory({ payments, canVoid = true, ...answers }) {
    const store = await setupCollecting({ get_invoice_payments: () => payments, ...answers });
    store.config._can_void_invoice_payments = canVoid;
    store.prints = [];
    store.printer.print = async (component, { payment, isCopy }, options) =>
        store.prints.push({ id: payment.id, state: payment.state, isCopy, ...options });
    return store;
}

async function openHistory() {
    let payload;
    await openPopup(InvoicePaymentsPopup, { getPayload: (outcome) => (payload = outcome) });
    return { getPayload: () => payload };
}

async function giveReason(reason) {
    await contains(".modal textarea").edit(reason, { confirm: false });
    await contains(".modal-footer button:contains(Apply)").click();
    await animationFrame();
}

test("lists what was collected; what was taken back does not count", async () => {
    const voided = { user_name: "Marcus", reason: "Wrong customer", datetime: "" };
    await setupHistory({
        payments: [
            makePayment({ id: 6, name: "P6" }),
            { ...makePayment({ id: 5, name: "P5" }), state: "voided", void: voided },
        ],
    });
    await openHistory();
    await waitFor(".invoice-payment");
    expect(queryAllTexts(".invoice-payment .badge")).toEqual(["Voided"]);
    expect(".invoice-payments-total").toHaveText("$ 600.00");
    expect(".invoice-payment-void").toHaveCount(1);
    expect("[data-payment='P5']").toHaveText(/Voided by Marcus: Wrong customer/);
});

test("a reprint is a copy, a voided payment's receipt says so itself", async () => {
    const store = await setupHistory({
        payments: [makePayment({ id: 6 }), { ...makePayment({ id: 5 }), state: "voided" }],
    });
    await openHistory();
    await contains(".invoice-payment:eq(0) .invoice-payment-print").click();
    await contains(".invoice-payment:eq(1) .invoice-payment-print").click();
    expect(store.prints).toEqual([
        { id: 6, state: "posted", isCopy: true, webPrintFallback: true },
        { id: 5, state: "voided", isCopy: false, webPrintFallback: true },
    ]);
});

test("voiding asks for the reason, prints, and refreshes", async () => {
    const payment = makePayment();
    const payments = [payment];
    const requests = [];
    const store = await setupHistory({
        payments,
        void_invoice_payment: (...args) => {
            requests.push(args);
            payments[0] = { ...payment, state: "voided" };
            return payments[0];
        },
    });
    const { getPayload } = await openHistory();
    await contains(".invoice-payment-void").click();
    await giveReason("   ");
    expect(requests).toEqual([]);
    await contains(".invoice-payment-void").click();
    await giveReason("Paid twice");
    await waitFor(".badge:contains(Voided)");
    expect(requests).toEqual([[5, "Paid twice"]]);
    expect(store.prints).toEqual([
        { id: 5, state: "voided", isCopy: false, webPrintFallback: false },
    ]);
    expect(".invoice-payment-void").toHaveCount(0);
    await contains(".invoice-payments-close").click();
    expect(getPayload()).toEqual({ isListStale: true });
});

test("a double click asks once", async () => {
    const sent = [];
    await setupHistory({
        payments: [makePayment()],
        email_invoice_payment: (...args) => sent.push(args),
    });
    await openHistory();
    await waitFor(".invoice-payment");
    for (const [button, title] of [
        [".invoice-payment-void", "Why is"],
        [".invoice-payment-email", "E-mail the receipt to"],
    ]) {
        // Faster than the screen.
        queryOne(button).click();
        queryOne(button).click();
        await waitFor(`.modal-title:contains(${title})`);
        await animationFrame();
        expect(`.modal-title:contains(${title})`).toHaveCount(1);
        await press("Escape");
        await waitForNone(`.modal-title:contains(${title})`);
        expect(".invoice-payments").toHaveCount(1);
    }
    queryOne(".invoice-payment-email").click();
    await contains(".modal textarea").edit("acme@example.com", { confirm: false });
    await contains(".modal-footer button:contains(Apply)").click();
    await waitFor(".o_notification:contains(The receipt is on its way)");
    expect(sent).toEqual([[5, "acme@example.com"]]);
});

test("a refusal to void is shown in the server's words", async () => {
    await setupHistory({
        payments: [makePayment()],
        void_invoice_payment: () => {
            throw makeServerError({ message: "Ask a manager to void this payment." });
        },
    });
    await openHistory();
    await contains(".invoice-payment-void").click();
    await giveReason("Paid twice");
    await waitFor(".o_notification:contains(Ask a manager to void this payment.)");
    expect(".invoice-payment-void").toHaveCount(1);
});

test("only who may void is offered to", async () => {
    await setupHistory({ payments: [makePayment()], canVoid: false });
    await openHistory();
    await waitFor(".invoice-payment");
    expect(".invoice-payment-void").toHaveCount(0);
});

test("nothing collected yet", async () => {
    await setupHistory({ payments: [] });
    await openHistory();
    await waitFor(".invoice-payments [role=status]:contains(No invoice has been paid)");
    expect(".invoice-payment").toHaveCount(0);
});
