import { describe, expect, test } from "@odoo/hoot";
import { browser } from "@web/core/browser/browser";
import { attemptFate, PaymentAttempts } from "@pos_receivable/app/utils/payment_attempts";

const attempt = { uuid: "first", allocations: [{ invoice_id: 7, amount: 10 }] };
const other = { uuid: "second", allocations: [{ invoice_id: 8, amount: 20 }] };

test("an unanswered attempt is found again by its invoice, also after a reload", () => {
    new PaymentAttempts(browser.localStorage, 1).remember(attempt);
    const reloaded = new PaymentAttempts(browser.localStorage, 1);
    reloaded.remember(other);
    expect(reloaded.find([7])).toEqual(attempt);
    expect(reloaded.find([8, 9])).toEqual(other);
    expect(reloaded.find([9])).toBe(undefined);
});

test("one without invoices is found by its customer, and by the credit it pays out", () => {
    const attempts = new PaymentAttempts(browser.localStorage, 1);
    const deposit = { uuid: "kept", allocations: [], commercial_partner_id: 2 };
    const payout = { ...deposit, uuid: "paid out", credit_id: 5 };
    attempts.remember(payout);
    attempts.remember(deposit);
    const partner = { id: 3, commercial_partner_id: 2 };
    expect(attempts.find([], { partner }).uuid).toBe("kept");
    expect(attempts.find([], { partner, creditId: 5 }).uuid).toBe("paid out");
    expect(attempts.find([], { partner, creditId: 6 })).toBe(undefined);
    expect(attempts.find([7], { partner })).toBe(undefined);
    expect(attempts.find([], { partner: { id: 9, commercial_partner_id: 9 } })).toBe(undefined);
});

test("attempts of another session are not mixed in", () => {
    new PaymentAttempts(browser.localStorage, 1).remember(attempt);
    expect(new PaymentAttempts(browser.localStorage, 2).find([7])).toBe(undefined);
});

test("a retried attempt is kept once, an answered one is gone", () => {
    const attempts = new PaymentAttempts(browser.localStorage, 1);
    attempts.remember(attempt);
    attempts.remember(attempt);
    expect(attempts.all).toHaveLength(1);
    attempts.forget(attempt);
    expect(attempts.all).toEqual([]);
    expect(browser.localStorage.getItem(attempts.key)).toBe(null);
});

test("a spoilt memory is an empty one", () => {
    const attempts = new PaymentAttempts(browser.localStorage, 1);
    browser.localStorage.setItem(attempts.key, "{");
    expect(attempts.find([7])).toBe(undefined);
});

describe("what an answer makes of an attempt", () => {
    const posted = { payment: { state: "posted" } };
    const voided = { payment: { state: "voided" } };

    test("a payment is one, unless it was taken back", () => {
        for (const wasLost of [false, true]) {
            expect(attemptFate({ wasLost }, { payment: {} })).toBe("paid");
            expect(attemptFate({ wasLost }, posted)).toBe("paid");
            expect(attemptFate({ wasLost }, voided)).toBe("takenBack");
            expect(attemptFate({ wasLost }, { payment: { state: "cancelled" } })).toBe("takenBack");
        }
    });

    test("a refusal ends it only if no answer was lost before", () => {
        expect(attemptFate({}, { isRefused: true })).toBe("free");
        expect(attemptFate({ wasLost: true }, { isRefused: true })).toBe("lost");
    });

    test("silence ends nothing, the server's word does", () => {
        for (const wasLost of [false, true]) {
            expect(attemptFate({ wasLost })).toBe("lost");
            expect(attemptFate({ wasLost }, { isRefused: false })).toBe("lost");
            expect(attemptFate({ wasLost }, { isClosed: true })).toBe("free");
        }
    });

    /** A server that books a request or not, and a line that loses answers or not, at random. */
    test("whatever happens, the form is free only when nothing can be booked any more", () => {
        let seed = 1;
        const random = (count) => {
            seed = (seed * 48271) % 2147483647;
            return seed % count;
        };
        for (let round = 0; round < 2000; round++) {
            const server = { isBooked: false, isTakenBack: false, isClosed: false, late: false };
            const attempt = {};
            let fate = "lost";
            const entry = () => (server.isTakenBack ? voided : posted);
            const book = () => {
                if (server.isBooked) {
                    return entry();
                }
                if (server.isClosed || random(3) === 0) {
                    return { isRefused: true };
                }
                server.isBooked = true;
                return posted;
            };
            for (let step = 0; step < 8 && fate === "lost"; step++) {
                let answer;
                if (step && random(3) === 0) {
                    server.isClosed ||= !server.isBooked;
                    answer = server.isBooked ? entry() : { isClosed: true };
                } else if (!step && random(4) === 0) {
                    server.late = true; // still on its way when the till gave up waiting
                    answer = {};
                } else {
                    answer = book();
                }
                if (random(2)) {
                    answer = {};
                }
                if (server.late && random(2)) {
                    server.late = false;
                    book();
                }
                if (server.isBooked && random(5) === 0) {
                    server.isTakenBack = true;
                }
                fate = attemptFate(attempt, answer);
                attempt.wasLost ||= fate === "lost";
            }
            if (server.late) {
                book();
            }
            if (fate === "free") {
                expect(server.isBooked).toBe(false, { message: `round ${round}` });
            } else if (fate !== "lost") {
                expect(server.isBooked).toBe(true, { message: `round ${round}` });
            }
        }
    });
});
