import { expect, test } from "@odoo/hoot";
import { animationFrame, waitFor, waitForNone } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ConnectionLostError } from "@web/core/network/rpc";
import { makeServerError } from "@web/../tests/web_test_helpers";
import {
    fill,
    getReceivables,
    makeInvoice,
    makeResult,
    openPayment,
    setupCollecting,
    tap,
} from "../utils";

definePosModels();

test("after a lost answer only the same request can go again", async () => {
    const requests = [];
    const invoice = makeInvoice();
    await setupCollecting({
        book: (request) => {
            requests.push(request);
            if (requests.length < 3) {
                throw new ConnectionLostError();
            }
            return makeResult(invoice, 100);
        },
    });
    await openPayment([invoice]);
    await fill(".register-payment-amount", "100");
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    expect(".register-payment fieldset").toHaveAttribute("disabled");
    expect(".register-payment-pay").toHaveText("Try again");
    expect(".register-payment-pay").toBeFocused();

    // Not even closing the popup loses the request.
    await tap(".register-payment-back");
    await waitForNone(".register-payment");
    await openPayment([invoice]);
    expect(".register-payment-amount").toHaveValue("100");
    expect(".register-payment-lost").toHaveCount(1);
    await tap(".register-payment-pay");
    await animationFrame();
    await waitFor(".register-payment-lost");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[1]).toEqual(requests[0]);
    expect(requests[2]).toEqual(requests[0]);
    expect(getReceivables().attempts.all).toEqual([]);
});

test("an error on the second try does not erase the memory of the first", async () => {
    const invoice = makeInvoice();
    let tries = 0;
    await setupCollecting({
        book: () => {
            tries++;
            if (tries === 1) {
                throw new ConnectionLostError();
            }
            throw makeServerError({
                message: "You were logged out",
                errorName: "odoo.http.SessionExpiredException",
            });
        },
        close_invoice_payment_attempt: () => {
            throw makeServerError({ message: "database gone", errorName: "odoo.Error" });
        },
    });
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    for (const [button, sentence] of [
        [".register-payment-pay", /Log in again/],
        [".register-payment-check", /Something went wrong on the server/],
    ]) {
        await tap(button);
        await waitFor(".register-payment-refusal");
        expect(".register-payment-refusal").toHaveText(sentence);
        expect(".register-payment-lost").toHaveText(/Unfinished payment for INV\/2026\/00012/);
        expect(".register-payment-notice").toHaveCount(0);
        expect(".register-payment fieldset").toHaveAttribute("disabled");
        expect(getReceivables().attempts.all).toHaveLength(1);
    }
});

test("a payment that was taken back before it is tried again is not shown as paid", async () => {
    const invoice = makeInvoice();
    let tries = 0;
    await setupCollecting({
        book: () => {
            tries++;
            if (tries === 1) {
                throw new ConnectionLostError();
            }
            const { payment, invoices } = makeResult(invoice, 640);
            const voided = { user_name: "Max", reason: "wrong customer" };
            return { payment: { ...payment, state: "voided", void: voided }, invoices };
        },
    });
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    await tap(".register-payment-pay");
    await waitFor(".register-payment-notice");
    expect(".register-payment-notice").toHaveText(/taken back since by Max: wrong customer/);
    expect(".payment-done").toHaveCount(0);
    expect(".register-payment fieldset").not.toHaveAttribute("disabled");
    expect(getReceivables().attempts.all).toEqual([]);
});

test("a lost payment shows its own invoices, whatever is selected since", async () => {
    const [one, other] = [
        makeInvoice({ id: 1, name: "INV/1", amount_due: 100 }),
        makeInvoice({ id: 2, name: "INV/2", amount_due: 200 }),
    ];
    const requests = [];
    await setupCollecting({
        book: (request) => {
            requests.push(request);
            throw new ConnectionLostError();
        },
        close_invoice_payment_attempt: () => false,
    });
    await openPayment([one]);
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    await tap(".register-payment-back");
    await waitForNone(".register-payment");

    await openPayment([one, other]);
    expect(".register-payment-lost").toHaveText(/Unfinished payment for INV\/1:/);
    expect(".register-payment-subject").toHaveText(/INV\/1/);
    expect(".register-payment-due").toHaveText("$ 100.00");
    await tap(".register-payment-check");
    await waitFor(".register-payment-notice");
    // Free again, it is about what was selected.
    expect(".register-payment-subject").toHaveText(/2 invoices/);
    expect(".register-payment-amount").toHaveValue("300.00");
    expect(requests).toHaveLength(1);
});

test("a lost answer: the server knows the payment", async () => {
    const invoice = makeInvoice();
    const { payment, invoices } = makeResult(invoice, 640);
    await setupCollecting({
        book: () => {
            throw new ConnectionLostError();
        },
        close_invoice_payment_attempt: () => ({
            ...payment,
            state: "posted",
            void: false,
            invoices,
        }),
    });
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await tap(".register-payment-check");
    await waitFor(".payment-done");
    expect(".payment-done-amount").toHaveText("$ 640.00");
    expect(getReceivables().attempts.all).toEqual([]);
});

test("a lost answer: the payment was booked and voided since", async () => {
    const invoice = makeInvoice();
    const { payment, invoices } = makeResult(invoice, 640);
    await setupCollecting({
        book: () => {
            throw new ConnectionLostError();
        },
        close_invoice_payment_attempt: () => ({ ...payment, state: "voided", void: {}, invoices }),
    });
    await openPayment([invoice]);
    await tap(".register-payment-pay");
    await tap(".register-payment-check");
    await waitFor(".register-payment-notice");
    expect(".register-payment-notice").toHaveText(/taken back since/);
    expect(".payment-done").toHaveCount(0);
    expect(getReceivables().attempts.all).toEqual([]);
});

test("a lost answer: nothing was booked, so the form is free again", async () => {
    let online = false;
    await setupCollecting({
        book: () => {
            throw new ConnectionLostError();
        },
        close_invoice_payment_attempt: () => {
            if (!online) {
                throw new ConnectionLostError();
            }
            return false;
        },
    });
    await openPayment([makeInvoice()]);
    await tap(".register-payment-pay");
    await tap(".register-payment-check");
    await animationFrame();
    expect(".register-payment-refusal").toHaveText(/Still no connection/);
    expect(getReceivables().attempts.all).toHaveLength(1);
    online = true;
    await tap(".register-payment-check");
    await waitFor(".register-payment-notice");
    expect(".register-payment-notice").toHaveText(/Nothing was booked/);
    expect(".register-payment fieldset").not.toHaveAttribute("disabled");
    expect(getReceivables().attempts.all).toEqual([]);
});
