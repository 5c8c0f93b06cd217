import { describe, expect, test } from "@odoo/hoot";
import {
    cashFor,
    changeFor,
    DEFAULT_DENOMINATIONS,
    suggestTenders,
} from "@pos_receivable/payment/utils/tender";

const EURO = { rounding: 0.01, decimal_places: 2 };
const YEN = { rounding: 1, decimal_places: 0 };
const EURO_MONEY = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

describe("suggested tenders", () => {
    test("are the round sums above the amount", () => {
        expect(suggestTenders(640, EURO_MONEY, EURO)).toEqual([650, 700, 1000]);
        expect(suggestTenders(12.34, EURO_MONEY, EURO)).toEqual([13, 15, 20, 50]);
        expect(suggestTenders(35, EURO_MONEY, EURO)).toEqual([40, 50, 100, 200]);
        expect(suggestTenders(3800, [1000, 5000, 10000], YEN)).toEqual([4000, 5000, 10000]);
    });

    test("never repeat the exact amount", () => {
        expect(suggestTenders(500, DEFAULT_DENOMINATIONS, EURO)).toEqual([]);
        expect(suggestTenders(50, DEFAULT_DENOMINATIONS, EURO)).toEqual([100, 200, 500]);
    });
});

test("change is exact in the currency", () => {
    expect(changeFor(640, 700, EURO)).toBe(60);
    expect(changeFor(0.3, 0.1 + 0.2, EURO)).toBe(0);
    expect(changeFor(19.99, 20, EURO)).toBe(0.01);
    expect(changeFor(20, 10, EURO)).toBe(-10);
});

test("cash is rounded as the shop rounds it, and left alone where it does not", () => {
    const fiveCents = { round: (amount) => Math.round(amount / 0.05) * 0.05 };
    expect(cashFor(12.33, fiveCents, EURO)).toBe(12.35);
    expect(cashFor(12.33, null, EURO)).toBe(12.33);
});
