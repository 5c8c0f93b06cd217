import { expect, test } from "@odoo/hoot";
import { sumCredits } from "@pos_receivable/payment/utils/credits";

const EURO = { rounding: 0.01, decimal_places: 2 };
const invoices = [{ amount_due: 0.1 }, { amount_due: 0.2 }];

test("credit is used up to what is due", () => {
    expect(sumCredits([{ amount: 0.1 }], invoices, EURO)).toEqual({ used: 0.1, left: 0.2 });
    expect(sumCredits([{ amount: 5 }], invoices, EURO)).toEqual({ used: 0.3, left: 0 });
    expect(sumCredits([], invoices, EURO)).toEqual({ used: 0, left: 0.3 });
});
