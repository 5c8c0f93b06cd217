import { describe, expect, test } from "@odoo/hoot";
import {
    amountProblem,
    distribute,
    hasDueNow,
    settlingSteps,
    settlingTotal,
    spread,
    stepsLeft,
} from "@pos_receivable/payment/utils/due";

const EURO = { rounding: 0.01, decimal_places: 2 };
const YEN = { rounding: 1, decimal_places: 0 };

const plain = { id: 1, amount_due: 640, amount_due_now: 640 };
const installments = { id: 2, amount_due: 640, amount_due_now: 320 };
const discounted = {
    id: 3,
    amount_due: 1000,
    amount_due_now: 980,
    discount_date: "2026-11-24",
    discount_percentage: 2,
};

describe("what settles an invoice", () => {
    test("the whole due, or less while a discount holds", () => {
        expect(settlingSteps(plain, EURO)).toBe(64000);
        expect(settlingSteps(installments, EURO)).toBe(64000);
        expect(settlingSteps(discounted, EURO)).toBe(98000);
        expect(settlingSteps({ ...discounted, discount_date: false }, EURO)).toBe(100000);
    });

    test("due now is offered only where it differs", () => {
        expect(hasDueNow(plain, EURO)).toBe(false);
        expect(hasDueNow({ ...plain, amount_due_now: 640.0000001 }, EURO)).toBe(false);
        expect(hasDueNow(installments, EURO)).toBe(true);
    });

    test("the discount is granted for exactly the discounted amount", () => {
        expect(stepsLeft(plain, 64000, EURO)).toBe(0);
        expect(stepsLeft(installments, 32000, EURO)).toBe(32000);
        expect(stepsLeft(discounted, 98000, EURO)).toBe(0);
        expect(stepsLeft(discounted, 97999, EURO)).toBe(2001);
        expect(stepsLeft(discounted, 100000, EURO)).toBe(0);
    });
});

describe("spreading an amount", () => {
    test("fills the invoices in order and leaves out what gets nothing", () => {
        expect(spread(700, [plain, installments, discounted], EURO)).toEqual([
            { invoice_id: 1, amount: 640 },
            { invoice_id: 2, amount: 60 },
        ]);
    });

    test("does not lose a cent to floats", () => {
        const cents = [0.1, 0.2, 0.3].map((amount_due, id) => ({ id, amount_due }));
        const parts = spread(0.6, cents, EURO);
        expect(parts.map(({ amount }) => amount)).toEqual([0.1, 0.2, 0.3]);
        expect(spread(0.3, cents, EURO).map(({ amount }) => amount)).toEqual([0.1, 0.2]);
    });
});

describe("several invoices at once", () => {
    const all = [discounted, plain, installments];

    test("the discounted amount settles, before and after the others", () => {
        expect(settlingTotal(all, EURO)).toBe(2260);
        expect(spread(2260, all, EURO)).toEqual([
            { invoice_id: 3, amount: 980 },
            { invoice_id: 1, amount: 640 },
            { invoice_id: 2, amount: 640 },
        ]);
        expect(spread(1000, [discounted, plain], EURO)).toEqual([
            { invoice_id: 3, amount: 980 },
            { invoice_id: 1, amount: 20 },
        ]);
    });

    test("only what is beyond goes on top of a discounted amount", () => {
        expect(spread(2270, all, EURO)[0]).toEqual({ invoice_id: 3, amount: 990 });
        expect(distribute(2300, all, {}, EURO).rest).toBe(2000);
    });

    test("fixed parts stay, the rest is spread around them", () => {
        const { parts, rest } = distribute(700, all, { 1: 100.1 }, EURO);
        expect(parts).toEqual({ 1: 10010, 2: 0, 3: 59990 });
        expect(rest).toBe(0);
        expect(distribute(50, all, { 1: 100 }, EURO).rest).toBe(-5000);
        expect(distribute(700, [plain], { 1: 100 }, EURO).rest).toBe(60000);
    });
});

describe("refusing an amount", () => {
    test("says what is wrong with it", () => {
        expect(amountProblem(null, 640, EURO)).toBe("unreadable");
        expect(amountProblem(0, 640, EURO)).toBe("notPositive");
        expect(amountProblem(-1, 640, EURO)).toBe("notPositive");
        expect(amountProblem(1.005, 640, EURO)).toBe("tooFine");
        expect(amountProblem(640.01, 640, EURO)).toBe("tooMuch");
        expect(amountProblem(640.5, 640, YEN)).toBe("tooFine");
    });

    test("lets pass what the currency takes for the due amount", () => {
        expect(amountProblem(640, 640, EURO)).toBe(null);
        expect(amountProblem(0.1 + 0.2, 0.3, EURO)).toBe(null);
        expect(amountProblem(0.01, 640, EURO)).toBe(null);
    });
});
