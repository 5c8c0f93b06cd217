import { beforeEach, expect, test } from "@odoo/hoot";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { assets } from "@web/core/assets";
import {
    allowTranslations,
    makeServerError,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { LostPayments } from "@pos_receivable/payment/hooks/lost_payments";
import { PaymentAttempts } from "@pos_receivable/app/utils/payment_attempts";

const PARTNER = { id: 3, name: "Acme", commercial_partner_id: 2 };
const ATTEMPT = {
    uuid: "lost",
    commercial_partner_id: 2,
    allocations: [
        { invoice_id: 1, amount: 10 },
        { invoice_id: 2, amount: 20 },
    ],
    invoices: [{ name: "INV/1" }, { name: "INV/2" }],
};

beforeEach(() => {
    allowTranslations();
    patchWithCleanup(assets, { loadBundle: async () => {} });
    new PaymentAttempts(browser.localStorage, 1).remember(ATTEMPT);
});

/** @param {Function} settle the server's answer to an attempt, see `Receivables.settle` */
function makeLost(settle, underWay = []) {
    const screens = {
        askPayment: async (name, { booked }) => expect.step(`shown ${booked.payment.id}`),
    };
    const attempts = new PaymentAttempts(browser.localStorage, 1);
    return new LostPayments(
        { attempts, settle, underWay: new Set(underWay) },
        screens,
        (amount) => `€ ${amount}`
    );
}

const notices = (lost) => Object.values(lost.notices).map(String);

test("one that was booked comes to light with its receipt", async () => {
    const lost = makeLost(async () => ({ payment: { id: 5, state: "posted" }, invoices: [] }));
    expect(await lost.settle(PARTNER)).toBe(true);
    expect(lost.hasNotices).toBe(false);
    expect.verifySteps(["shown 5"]);
});

test("one that was not, or does not stand any more, is told about", async () => {
    for (const [answer, notice] of [
        [{ isClosed: true }, "€ 30 for INV/1, INV/2: this unfinished payment was not booked."],
        [
            { payment: { state: "voided", void: { user_name: "Max", reason: "wrong" } } },
            "€ 30 for INV/1, INV/2: This payment was booked, and taken back since by Max: wrong",
        ],
    ]) {
        const lost = makeLost(async () => answer);
        expect(await lost.settle(PARTNER)).toBe(false);
        expect(notices(lost)).toEqual([notice]);
        lost.forget();
        expect(lost.hasNotices).toBe(false);
    }
});

test("whatever else is said leaves it unknown, also when it was not known to be lost", async () => {
    for (const error of [new ConnectionLostError(), makeServerError({ message: "No." })]) {
        const lost = makeLost(() => Promise.reject(error));
        expect(await lost.settle(PARTNER)).toBe(false);
        expect(notices(lost)[0]).toMatch(/not known yet whether this payment was booked/);
    }
    const lost = makeLost(() => Promise.reject(new Error("ours")));
    await expect(lost.settle(PARTNER)).rejects.toThrow("ours");
});

test("asked once for all that wait, and not for other customers'", async () => {
    const lost = makeLost(async () => {
        expect.step("asked");
        return { isClosed: true };
    });
    await Promise.all([lost.settle(PARTNER), lost.settle(PARTNER)]);
    expect.verifySteps(["asked"]);
    expect(await lost.settle({ ...PARTNER, commercial_partner_id: 9 })).toBe(false);
    expect.verifySteps([]);
});

test("one that is being sent at this moment is not lost", async () => {
    const lost = makeLost(async () => expect.step("asked"), [ATTEMPT.uuid]);
    expect(await lost.settle(PARTNER)).toBe(false);
    expect(lost.hasNotices).toBe(false);
    expect.verifySteps([]);
});

const payout = {
    uuid: "out",
    credit_id: 5,
    credit_name: "PBNK/1",
    amount: 50,
    allocations: [],
    invoices: [],
};

test("of a payout whose answer was lost it is said that nothing is to be handed out again", () => {
    const lost = new LostPayments({}, {}, (amount) => `$ ${amount}`);
    expect(lost.describe(payout, {})).toMatch(
        /^\$ 50 of PBNK\/1: .* Hand out nothing for it again/
    );
    expect(lost.describe(payout, { isClosed: true })).toBe(
        "$ 50 of PBNK/1: this was not paid out."
    );
    expect(lost.describe({ ...payout, credit_id: 0 }, {})).toMatch(/Take no money for it again/);
});
