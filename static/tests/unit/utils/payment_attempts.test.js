import { expect, test } from "@odoo/hoot";
import { browser } from "@web/core/browser/browser";
import { PaymentAttempts } from "@pos_receivable/app/utils/payment_attempts";

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
