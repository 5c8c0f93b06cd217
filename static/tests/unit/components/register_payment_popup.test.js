import { expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAllTexts, queryOne, waitFor } from "@odoo/hoot-dom";
import { Deferred } from "@odoo/hoot-mock";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { contains, makeServerError, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import {
    CARD,
    CASH,
    fill,
    getReceivables,
    makeInvoice,
    makeResult,
    openPayment,
    setupCollecting,
    tap,
} from "../utils";

definePosModels();

test("the whole due amount in cash is proposed", async () => {
    const requests = [];
    const invoice = makeInvoice();
    await setupCollecting({
        book: (request) => {
            requests.push(request);
            return makeResult(invoice, 640);
        },
    });
    await openPayment([invoice]);
    expect(".register-payment-amount").toHaveValue("640.00");
    expect(".register-payment-due-now").toHaveCount(0);
    expect(queryAllTexts(".register-payment-journal")).toEqual(["Cash", "Card"]);
    expect(".register-payment-left").toHaveText("After this payment: $ 0.00 due");
    expect(".register-payment-pay").toHaveText("Pay now $ 640.00");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
        partnerId: 3,
        journalId: CASH.id,
        allocations: [{ invoice_id: 1, amount: 640 }],
        date: null,
        reference: "",
        tendered: null,
    });
    expect(".payment-done-amount").toHaveText("$ 640.00");
});

test("in German, cents may be typed after a comma and after a point", async () => {
    const requests = [];
    const invoice = makeInvoice();
    await setupCollecting({
        book: (request) => {
            requests.push(request);
            return makeResult(invoice, 6.4);
        },
    });
    patchWithCleanup(localization, { decimalPoint: ",", thousandsSep: "." });
    await openPayment([invoice]);
    expect(".register-payment-amount").toHaveValue("640,00");
    for (const text of ["6.40", "6,40"]) {
        await fill(".register-payment-amount", text);
        expect(".register-payment-pay").toHaveText("Pay now $ 6,40");
        expect(".register-payment-left").toHaveText("After this payment: $ 633,60 due");
    }
    await fill(".register-payment-tendered", "10.00");
    expect("#register-payment-change").toHaveText("Change $ 3,60");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[0]).toMatchObject({
        allocations: [{ invoice_id: 1, amount: 6.4 }],
        tendered: 10,
    });
});

test("due now is offered for installments, and partial amounts say what stays due", async () => {
    await setupCollecting();
    await openPayment([makeInvoice({ amount_due_now: 320 })]);
    expect(".register-payment-amount").toHaveValue("640.00");
    await tap(".register-payment-due-now");
    expect(".register-payment-amount").toHaveValue("320.00");
    expect(".register-payment-left").toHaveText("After this payment: $ 320.00 due");
    await tap(".register-payment-full");
    expect(".register-payment-amount").toHaveValue("640.00");
});

test("a running discount proposes the discounted amount, which settles the invoice", async () => {
    await setupCollecting();
    await openPayment([
        makeInvoice({
            amount_due: 1000,
            amount_due_now: 980,
            discount_percentage: 2,
            discount_date: "2026-11-24",
        }),
    ]);
    expect(".register-payment-amount").toHaveValue("980.00");
    expect(".register-payment-left").toHaveText("After this payment: $ 0.00 due, discount $ 20.00");
});

test("an amount that cannot be paid is explained and cannot be sent", async () => {
    await setupCollecting();
    await openPayment([makeInvoice()]);
    const messages = {
        640.01: "$ 640.00 is the most that can be paid on INV/2026/00012.",
        0: "The amount must be more than zero.",
        "-1": "The amount must be more than zero.",
        1.005: "The smallest step is $ 0.01.",
        six: "This is not an amount.",
        "": "",
    };
    for (const [text, message] of Object.entries(messages)) {
        await fill(".register-payment-amount", text);
        expect(".register-payment-amount-message").toHaveText(message);
        expect(".register-payment-pay").not.toBeEnabled();
    }
    await fill(".register-payment-amount", "1");
    expect(".register-payment-pay").toHaveText("Pay now $ 1.00");
    expect(".register-payment-pay").toBeEnabled();
});

test("change is counted for cash only", async () => {
    const requests = [];
    const invoice = makeInvoice();
    await setupCollecting({
        book: (request) => {
            requests.push(request);
            return makeResult(invoice, 640, { change: 0 });
        },
    });
    await openPayment([invoice]);
    await fill(".register-payment-tendered", "600");
    expect("#register-payment-change").toHaveText("$ 40.00 is missing.");
    expect(".register-payment-pay").not.toBeEnabled();
    await fill(".register-payment-tendered", "700");
    expect(".register-payment-change").toHaveText("$ 60.00");
    await contains(".register-payment-journal:contains(Card)").click();
    expect(".register-payment-tendered").toHaveCount(0);
    expect(".register-payment-pay").toBeEnabled();
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[0]).toMatchObject({ journalId: CARD.id, tendered: null });
});

test("a payment in flight locks the form and is sent once", async () => {
    const answer = new Deferred();
    let calls = 0;
    const invoice = makeInvoice();
    await setupCollecting({
        book: () => {
            calls++;
            return answer;
        },
    });
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await animationFrame();
    expect(".register-payment-pay").not.toBeEnabled();
    expect(".register-payment-back").not.toBeEnabled();
    expect(".register-payment fieldset").toHaveAttribute("disabled");
    queryOne("#register-payment-form").requestSubmit();
    await press("Escape");
    await animationFrame();
    expect(".register-payment").toHaveCount(1);
    expect(calls).toBe(1);
    answer.resolve(makeResult(invoice, 640));
    await waitFor(".payment-done");
});

test("a refusal keeps the form, and the next try is a new payment", async () => {
    const uuids = [];
    await setupCollecting({
        book: ({ uuid }) => {
            uuids.push(uuid);
            throw makeServerError({ message: "INV/2026/00012 was already paid at 10:42 by Anna." });
        },
    });
    let outcome;
    await openPayment([makeInvoice()], { getPayload: (payload) => (outcome = payload) });
    await fill(".register-payment-amount", "100");
    await tap(".register-payment-pay");
    await waitFor(".register-payment-refusal");
    expect(".register-payment-refusal").toHaveText(
        "INV/2026/00012 was already paid at 10:42 by Anna."
    );
    expect(".register-payment-amount").toHaveValue("100");
    await tap(".register-payment-pay");
    await animationFrame();
    expect(uuids).toHaveLength(2);
    expect(uuids[0]).not.toBe(uuids[1]);
    await tap(".register-payment-back");
    expect(outcome).toEqual({ isListStale: true });
});

test("known to be offline: nothing is sent and the form stays open", async () => {
    const store = await setupCollecting({ book: () => expect.step("sent") });
    await openPayment([makeInvoice()]);
    store.data.network.offline = true;
    await tap(".register-payment-pay");
    await animationFrame();
    expect(".register-payment-refusal").toHaveText(/You are offline.*nothing was booked/);
    expect(".register-payment fieldset").not.toHaveAttribute("disabled");
    expect(getReceivables().attempts.all).toEqual([]);
    expect.verifySteps([]);
});

test("the change is shown in large figures once paid", async () => {
    const invoice = makeInvoice();
    await setupCollecting({
        book: () => makeResult(invoice, 600, { change: 50 }),
    });
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(".payment-done-change").toHaveText("$ 50.00");
    expect(".payment-done li").toHaveText("INV/2026/00012: $ 40.00 still due");
});

const first = makeInvoice({ id: 1, name: "INV/1", amount_due: 100 });
const second = makeInvoice({ id: 2, name: "INV/2", amount_due: 200 });
const openSplit = (props = {}) => openPayment([first, second], props);
const part = (name) => `[data-invoice='${name}'] .payment-split-part`;

test("several invoices: a part fixed by hand, the rest spread around it", async () => {
    const requests = [];
    await setupCollecting({
        book: (request) => {
            requests.push(request);
            return makeResult(first, 150);
        },
    });
    await openSplit({ amount: "150" });
    expect(part("INV/1")).toHaveValue("100.00");
    expect(part("INV/2")).toHaveValue("50.00");
    await fill(part("INV/1"), "30");
    expect(part("INV/2")).toHaveValue("120.00");
    expect(".register-payment-left").toHaveText("After this payment: $ 150.00 due");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[0].allocations).toEqual([
        { invoice_id: 1, amount: 30 },
        { invoice_id: 2, amount: 120 },
    ]);
});

test("what no invoice takes must be spread, or not paid", async () => {
    await setupCollecting();
    await openSplit();
    expect(".register-payment-amount").toHaveValue("300.00");
    await fill(part("INV/1"), "40");
    expect(".payment-split-rest [role=status]").toHaveText("$ 60.00 is still to be spread.");
    expect(".register-payment-pay").not.toBeEnabled();
    await tap(".payment-split-sum");
    expect(".register-payment-amount").toHaveValue("240.00");
    expect(".register-payment-pay").toHaveText("Pay now $ 240.00");
    await fill(part("INV/1"), "100.01");
    expect(".payment-split-message").toHaveText("$ 100.00 is the most that can be paid on INV/1.");
    expect(".register-payment-pay").not.toBeEnabled();
    await fill(".register-payment-amount", "120");
    expect(part("INV/2")).toHaveValue("20.00");
    expect(".register-payment-pay").toBeEnabled();
});

test("cash is rounded where the shop rounds it, and the change with it", async () => {
    const store = await setupCollecting();
    store.config.cash_rounding = true;
    store.config.rounding_method = store.models["account.cash.rounding"].create({
        name: "0.05",
        rounding: 0.05,
        rounding_method: "HALF-UP",
    });
    await openPayment([makeInvoice({ amount_due: 12.33 })]);
    expect(".register-payment-rounded").toHaveText("To pay in cash: $ 12.35");
    expect(".register-payment-pay").toHaveText("Pay now $ 12.35");
    await fill(".register-payment-tendered", "20");
    expect(".register-payment-change").toHaveText("$ 7.65");
    await contains(".register-payment-journal:contains(Card)").click();
    expect(".register-payment-rounded").toHaveCount(0);
    expect(".register-payment-pay").toHaveText("Pay now $ 12.33");
});

test("the receipt: printed, then only as a copy, and sent", async () => {
    const invoice = makeInvoice();
    const sent = [];
    const store = await setupCollecting({
        book: () => makeResult(invoice, 640),
        email_invoice_payment: (...args) => sent.push(args),
    });
    const prints = [];
    store.printer.print = async (component, props) => prints.push(props.isCopy);
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await tap(".payment-print");
    await tap(".payment-print");
    expect(prints).toEqual([false, true]);
    await tap(".payment-email");
    await contains(".modal textarea").edit("acme@example.com", { confirm: false });
    await contains(".modal-footer button:contains(Apply)").click();
    await waitFor(".o_notification:contains(The receipt is on its way to acme@example.com.)");
    expect(sent).toEqual([[5, "acme@example.com"]]);
});

test("closed on another screen: said, and back to the start", async () => {
    const store = await setupCollecting({
        book: () => {
            throw makeServerError({ message: "This session was closed on another screen." });
        },
        read: () => [{ id: 1, state: "closed" }],
    });
    await openPayment([makeInvoice()]);
    await tap(".register-payment-pay");
    await waitFor(".modal-body:contains(The page will be reloaded)");
    expect(store.session.state).toBe("closed");
});

test("the drawer opens for cash, and only for cash", async () => {
    const invoice = makeInvoice();
    const store = await setupCollecting({
        book: ({ journalId }) =>
            makeResult(invoice, 640, { journal_type: journalId === CASH.id ? "cash" : "bank" }),
    });
    store.hardwareProxy.openCashbox = () => expect.step("drawer");
    await openPayment([invoice]);
    await contains(".register-payment-journal:contains(Card)").click();
    await tap(".register-payment-pay");
    await tap(".payment-next");
    expect.verifySteps([]);
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect.verifySteps(["drawer"]);
});

test("where there are instalments, due now stands first", async () => {
    await setupCollecting();
    await openPayment([makeInvoice({ amount_due_now: 320 })]);
    expect(queryAllTexts(".register-payment-due-now, .register-payment-full")).toEqual([
        "Due now $ 320.00",
        "Full $ 640.00",
    ]);
});

test("a bank journal that a card method feeds shows a card", async () => {
    const store = await setupCollecting();
    store.config._invoice_payment_journals = [
        CASH,
        { ...CARD, is_card: true },
        { id: 13, name: "Transfer", type: "bank", is_card: false },
    ];
    await openPayment([makeInvoice()]);
    expect(".register-payment-journal:contains(Card) .fa-credit-card").toHaveCount(1);
    expect(".register-payment-journal:contains(Transfer) .fa-bank").toHaveCount(1);
    expect(".register-payment-journal .fa-bank").toHaveCount(1);
});

test("an invoice in another currency tells what is due in it, too", async () => {
    const foreign = { currency_id: 77, currency_name: "CHF", amount_residual: 580.5 };
    await setupCollecting();
    await openPayment([makeInvoice({ id: 1, name: "INV/1", ...foreign })]);
    expect(".register-payment-due").toHaveText("$ 640.00");
    expect(".register-payment-foreign").toHaveText("580.50 CHF");
    await tap(".register-payment-back");
    await openPayment([makeInvoice({ id: 1, name: "INV/1", ...foreign }), makeInvoice({ id: 2 })]);
    expect(".register-payment-foreign").toHaveCount(0);
    expect("[data-invoice='INV/1'] .payment-split-foreign").toHaveText("580.50 CHF");
    expect(".payment-split-foreign").toHaveCount(1);
});
