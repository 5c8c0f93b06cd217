import { expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ConnectionLostError } from "@web/core/network/rpc";
import { contains } from "@web/../tests/web_test_helpers";
import { fill, makeInvoice, makeResult, openPayment, setupCollecting, tap } from "../utils";

definePosModels();

const REASONS = [
    { code: "7", name: "Pays the rest later" },
    { code: "3", name: "Goods were damaged" },
];
const invoice = makeInvoice();

/** A shop that asks; what was sent, and how often the reasons were asked for. */
async function setupAsking(answers = {}) {
    const requests = [];
    const store = await setupCollecting({
        book: (request) => {
            requests.push(request);
            return makeResult(invoice, 240.5);
        },
        get_invoice_payment_shortfall_reasons: () => {
            expect.step("reasons");
            return REASONS;
        },
        ...answers,
    });
    store.config.invoice_payment_ask_shortfall = true;
    return { store, requests };
}

async function payLess(amount = "240.5") {
    await fill(".register-payment-amount", amount);
    await tap(".register-payment-pay");
    await waitFor(".shortfall-popup");
}

test("all that is due now is paid without a question", async () => {
    const { requests } = await setupAsking();
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[0].shortfalls).toEqual([]);
    expect.verifySteps([]);
});

test("where the shop does not want to know, nobody is asked", async () => {
    const { store, requests } = await setupAsking();
    store.config.invoice_payment_ask_shortfall = false;
    await openPayment([invoice]);
    await fill(".register-payment-amount", "240.5");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[0].shortfalls).toEqual([]);
    expect.verifySteps([]);
});

test("less is paid: the rest is promised, with a day and a note", async () => {
    const { requests } = await setupAsking();
    await openPayment([invoice]);
    await payLess();
    expect(".shortfall-popup .modal-title").toHaveText("$ 399.50 stays due");
    expect(".shortfall-subject").toHaveText("INV/2026/00012");
    await waitFor(".shortfall-reason");
    expect(queryAllTexts(".shortfall-reason")).toEqual(REASONS.map(({ name }) => name));
    expect(".shortfall-done").toHaveText("Pay now $ 240.50");
    expect(".shortfall-done").not.toBeEnabled();
    expect(".shortfall-date").toHaveCount(0);
    await contains(".shortfall-reason[data-code='7']").click();
    await tap(".shortfall-in:contains(In a week)");
    await fill(".shortfall-note", "on Friday");
    await tap(".shortfall-done");
    await waitFor(".payment-done");
    const day = luxon.DateTime.now().plus({ days: 7 }).toISODate();
    expect(requests[0].shortfalls).toEqual([
        { invoice_id: 1, code: "7", note: "on Friday", promise_date: day },
    ]);
    expect.verifySteps(["reasons"]);
});

test("skipped with one tap, or with Enter alone", async () => {
    const { requests } = await setupAsking();
    await openPayment([invoice]);
    await payLess();
    await waitFor(".shortfall-reason");
    expect(".shortfall-skip").toBeFocused();
    await tap(".shortfall-skip");
    await waitFor(".payment-done");
    expect(requests[0].shortfalls).toEqual([]);
    await tap(".payment-next");
    await openPayment([invoice]);
    await payLess("10");
    // Asked for once, as long as the till is open.
    await waitFor(".shortfall-reason");
    expect.verifySteps(["reasons"]);
});

test("going back sends nothing and leaves the form free", async () => {
    const { requests } = await setupAsking();
    await openPayment([invoice]);
    await payLess();
    await press("Escape");
    await animationFrame();
    expect(".shortfall-popup").toHaveCount(0);
    expect(".register-payment-amount").toHaveValue("240.5");
    expect(".register-payment-pay").toBeEnabled();
    expect(requests).toEqual([]);
    expect.verifySteps(["reasons"]);
});

test("a day that has passed is no promise", async () => {
    await setupAsking();
    await openPayment([invoice]);
    await payLess();
    await waitFor(".shortfall-reason");
    await contains(".shortfall-reason[data-code='7']").click();
    expect(".shortfall-done").toBeEnabled();
    await fill(".shortfall-date", "2000-01-01");
    expect(".shortfall-done").not.toBeEnabled();
    await contains(".shortfall-reason[data-code='3']").click();
    expect(".shortfall-date").toHaveCount(0);
    expect(".shortfall-done").toBeEnabled();
    expect.verifySteps(["reasons"]);
});

test("reasons that do not come are in nobody's way", async () => {
    const { requests } = await setupAsking({
        get_invoice_payment_shortfall_reasons: () => {
            throw new ConnectionLostError("/");
        },
    });
    await openPayment([invoice]);
    await payLess();
    await waitFor(".shortfall-popup:contains(The reasons cannot be loaded now)");
    await tap(".shortfall-skip");
    await waitFor(".payment-done");
    expect(requests[0].shortfalls).toEqual([]);
});

test("a shop without reasons is not asked for one", async () => {
    const { requests } = await setupAsking({ get_invoice_payment_shortfall_reasons: () => [] });
    await openPayment([invoice]);
    await fill(".register-payment-amount", "240.5");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[0].shortfalls).toEqual([]);
});

test("several invoices have the same reason, each that gets less than is due now", async () => {
    const first = makeInvoice({ id: 1, name: "INV/1", amount_due: 100 });
    const second = makeInvoice({ id: 2, name: "INV/2", amount_due: 200 });
    const third = makeInvoice({ id: 3, name: "INV/3", amount_due: 300 });
    const { requests } = await setupAsking();
    await openPayment([first, second, third], { amount: "250" });
    await tap(".register-payment-pay");
    await waitFor(".shortfall-reason");
    expect(".shortfall-popup .modal-title").toHaveText("$ 50.00 stays due");
    expect(".shortfall-subject").toHaveText("INV/2");
    await contains(".shortfall-reason[data-code='3']").click();
    await tap(".shortfall-done");
    await waitFor(".payment-done");
    expect(requests[0].shortfalls).toEqual([
        { invoice_id: 2, code: "3", note: "", promise_date: null },
    ]);
    expect.verifySteps(["reasons"]);
});
