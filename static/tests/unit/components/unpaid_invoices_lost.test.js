import { expect, test } from "@odoo/hoot";
import { advanceTime, queryAllTexts, waitFor, waitForNone } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ConnectionLostError } from "@web/core/network/rpc";
import { contains, makeServerError } from "@web/../tests/web_test_helpers";
import { UnpaidInvoicesPopup } from "@pos_receivable/payment/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import {
    getReceivables,
    makeInvoice,
    makePage,
    makeResult,
    openPopup,
    setupCollecting,
    tap,
} from "../utils";

definePosModels();

const partner = { id: 3, name: "Acme" };

function rememberAttempt(store, values = {}) {
    const attempt = {
        uuid: "lost",
        partner_id: 7,
        commercial_partner_id: 2,
        journal_id: 11,
        allocations: [{ invoice_id: 1, amount: 640 }],
        invoices: [makeInvoice()],
        wasLost: true,
        ...values,
    };
    getReceivables().attempts.remember(attempt);
    return attempt;
}

test("an unfinished payment that was booked is shown with its receipt, and the list refreshed", async () => {
    const invoice = makeInvoice();
    const asked = [];
    const listed = [];
    const { payment, invoices } = makeResult(invoice, 640, { state: "posted", void: false });
    const store = await setupCollecting({
        list: () => {
            listed.push("list");
            return makePage([]);
        },
        close_invoice_payment_attempt: (uuid) => {
            asked.push(uuid);
            return { ...payment, invoices };
        },
    });
    store.hardwareProxy.openCashbox = () => expect.step("drawer");
    rememberAttempt(store);
    rememberAttempt(store, { uuid: "another customer's", commercial_partner_id: 9 });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".payment-done");
    expect(".payment-done-amount").toHaveText("$ 640.00");
    expect(".register-payment-notice").toHaveText(/^Unfinished until now: booked at /);
    expect(".payment-print").toHaveCount(1);
    expect(".payment-email").toHaveCount(1);
    await tap(".payment-next");
    await waitFor(".unpaid-invoices-empty");
    expect(asked).toEqual(["lost"]);
    expect(listed).toHaveLength(2);
    expect(getReceivables().attempts.all.map(({ uuid }) => uuid)).toEqual(["another customer's"]);
    expect.verifySteps(["drawer"]);
});

test("an unfinished payment that was not booked, or taken back, is told as that", async () => {
    const answers = {
        lost: false,
        voided: {
            ...makeResult(makeInvoice(), 640).payment,
            state: "voided",
            void: { user_name: "Max", reason: "wrong customer" },
            invoices: [],
        },
    };
    const store = await setupCollecting({
        list: () => makePage([makeInvoice()]),
        close_invoice_payment_attempt: (uuid) => answers[uuid],
    });
    rememberAttempt(store);
    rememberAttempt(store, { uuid: "voided" });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    expect(queryAllTexts(".unpaid-invoices-notice")).toEqual([
        "$ 640.00 for INV/2026/00012: this unfinished payment was not booked.",
        "$ 640.00 for INV/2026/00012: This payment was booked, and taken back since by Max: wrong customer",
    ]);
    expect(getReceivables().attempts.all).toEqual([]);
    // Read once the next payment is begun.
    await tap(".invoice-pay");
    await waitFor(".register-payment");
    expect(".unpaid-invoices-notice").toHaveCount(0);
});

test("what became of an unfinished payment is asked until it is known", async () => {
    const errors = [new ConnectionLostError(), makeServerError({ message: "later" })];
    const store = await setupCollecting({
        list: () => makePage([makeInvoice()]),
        close_invoice_payment_attempt: () => {
            if (errors.length) {
                throw errors.shift();
            }
            return false;
        },
    });
    rememberAttempt(store);
    await openPopup(UnpaidInvoicesPopup, { partner });
    for (const search of ["1", "12"]) {
        await waitFor(".invoice-card");
        expect(queryAllTexts(".unpaid-invoices-notice")).toEqual([
            "$ 640.00 for INV/2026/00012: it is not known yet whether this payment was booked. Take no money for it again; open the list once more to find out.",
        ]);
        expect(getReceivables().attempts.all).toHaveLength(1);
        await contains(".unpaid-invoices-search").edit(search, { confirm: false });
        await advanceTime(300);
    }
    await waitFor(".unpaid-invoices-notice:contains(not booked)");
    expect(".unpaid-invoices-notice").toHaveCount(1);
    expect(getReceivables().attempts.all).toEqual([]);
});

test("going back from a lost payment, the list says at once what became of it", async () => {
    const invoice = makeInvoice();
    const { payment, invoices } = makeResult(invoice, 640, { state: "posted", void: false });
    let isBooked = false;
    await setupCollecting({
        list: () => makePage(isBooked ? [] : [invoice]),
        book: () => {
            isBooked = true;
            throw new ConnectionLostError();
        },
        close_invoice_payment_attempt: () => ({ ...payment, invoices }),
    });
    await openPopup(UnpaidInvoicesPopup, {
        partner: { ...partner, commercial_partner_id: 2 },
    });
    await tap(".invoice-pay");
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    await tap(".register-payment-back");
    await waitFor(".payment-done");
    await tap(".payment-next");
    await waitForNone(".unpaid-invoices");
    expect(".o_notification").toHaveText(/Acme has nothing left to pay/);
});

test("with nothing left to pay the list stays while a payment is unfinished", async () => {
    let isBooked = false;
    await setupCollecting({
        list: () => makePage(isBooked ? [] : [makeInvoice()]),
        book: () => {
            isBooked = true;
            throw new ConnectionLostError();
        },
        close_invoice_payment_attempt: () => {
            throw new ConnectionLostError();
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await tap(".invoice-pay");
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    await tap(".register-payment-back");
    await waitFor(".unpaid-invoices-empty");
    expect(".unpaid-invoices-notice").toHaveText(/not known yet whether this payment was booked/);
    expect(".o_notification").toHaveCount(0);
});
