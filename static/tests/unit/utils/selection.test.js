import { expect, test } from "@odoo/hoot";
import { Selection } from "@pos_receivable/payment/utils/selection";

const makeRow = (id, invoice_date_due, values = {}) => ({
    id,
    invoice_date_due,
    payable: true,
    ...values,
});
const ids = (selection) => selection.invoices.map(({ id }) => id);

test("what falls due first comes first, whatever was tapped first", () => {
    const selection = new Selection();
    selection.toggle(makeRow(3, "2026-12-01"));
    selection.toggle(makeRow(2, "2026-12-01"));
    selection.toggle(makeRow(1, "2026-12-31"));
    selection.toggle(makeRow(4, "2026-12-31", { next_due_date: "2026-11-01" }));
    expect(ids(selection)).toEqual([4, 2, 3, 1]);
});

test("a second tap lets go", () => {
    const selection = new Selection();
    selection.toggle(makeRow(1, "2026-12-01"));
    expect(selection.has({ id: 1 })).toBe(true);
    selection.toggle(makeRow(1, "2026-12-01"));
    expect(selection.has({ id: 1 })).toBe(false);
    expect(ids(selection)).toEqual([]);
});

test("newer rows replace those selected, and nothing else", () => {
    const selection = new Selection();
    selection.toggle(makeRow(1, "2026-12-01", { amount_due: 10 }));
    selection.toggle(makeRow(2, "2026-12-02"));
    selection.update([
        makeRow(1, "2026-12-01", { amount_due: 5 }),
        makeRow(2, "2026-12-02", { payable: false }),
        makeRow(3, "2026-12-03"),
    ]);
    expect(ids(selection)).toEqual([1]);
    expect(selection.invoices[0].amount_due).toBe(5);
});
