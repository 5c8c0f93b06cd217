import { describe, expect, test } from "@odoo/hoot";
import { ShortfallForm, shortInvoices } from "@pos_receivable/payment/utils/shortfall";

const EURO = { rounding: 0.01, decimal_places: 2 };

const plain = { id: 1, amount_due: 640, amount_due_now: 640 };
const installments = { id: 2, amount_due: 640, amount_due_now: 320 };
const discounted = {
    id: 3,
    amount_due: 1000,
    amount_due_now: 980,
    discount_date: "2026-11-24",
    discount_percentage: 2,
};

function leftOf(parts, invoices = [plain, installments, discounted]) {
    return Object.fromEntries(
        shortInvoices(invoices, parts, EURO).map(({ invoice, left }) => [invoice.id, left])
    );
}

describe("who pays less than what is due now", () => {
    test("all that is due now is no reason to ask", () => {
        expect(leftOf({ 1: 64000, 2: 32000, 3: 98000 })).toEqual({});
        expect(leftOf({ 1: 64000, 2: 40000, 3: 99000 })).toEqual({});
    });

    test("less is, and it is told what stays due", () => {
        expect(leftOf({ 1: 63999, 2: 31999, 3: 97999 })).toEqual({ 1: 0.01, 2: 320.01, 3: 20.01 });
    });

    test("of an invoice that gets nothing nobody asks", () => {
        expect(leftOf({ 1: 0, 2: 0, 3: 10000 })).toEqual({ 3: 900 });
    });
});

describe("what the customer said", () => {
    const today = "2026-11-29";

    test("nothing can be noted before a reason is chosen", () => {
        const form = new ShortfallForm(today);
        expect(form.canBeNoted).toBe(false);
        form.code = "3";
        expect(form.canBeNoted).toBe(true);
    });

    test("the rest may be promised for a day, today at the earliest", () => {
        const form = new ShortfallForm(today);
        form.code = "7";
        expect(form.canBeNoted).toBe(true);
        form.promiseDate = "2026-11-28";
        expect(form.canBeNoted).toBe(false);
        form.promiseDate = today;
        expect(form.canBeNoted).toBe(true);
        form.promiseIn(7);
        expect(form.promiseDate).toBe("2026-12-06");
        expect(form.toShortfalls([plain])).toEqual([
            { invoice_id: 1, code: "7", note: "", promise_date: "2026-12-06" },
        ]);
    });

    test("another reason promises nothing, whatever was typed before", () => {
        const form = new ShortfallForm(today);
        Object.assign(form, { code: "7", promiseDate: "2026-11-28", note: "  two boxes " });
        form.code = "3";
        expect(form.canBeNoted).toBe(true);
        expect(form.toShortfalls([plain, installments])).toEqual([
            { invoice_id: 1, code: "3", note: "two boxes", promise_date: null },
            { invoice_id: 2, code: "3", note: "two boxes", promise_date: null },
        ]);
    });
});
