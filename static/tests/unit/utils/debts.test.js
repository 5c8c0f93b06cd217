import { expect, test } from "@odoo/hoot";
import { allocate, allocatedId, identify } from "@pos_receivable/app/utils/debts";
import { Selection } from "@pos_receivable/payment/utils/selection";
import { makeInvoice, makePurchase } from "../utils";

const rows = [
    makeInvoice({ id: 71 }),
    makePurchase(),
    makePurchase({ kind: "entry", item_id: 72 }),
    makePurchase({ kind: "order_open", item_id: undefined, pos_payment_uuid: "bought" }),
].map(identify);

test("each debt has an identity of its own, an invoice its id", () => {
    const ids = rows.map(({ id }) => id);
    expect(ids[0]).toBe(71);
    expect(new Set(ids).size).toBe(4);
    expect(identify(rows[1]).id).toBe(ids[1]);
});

test("an allocation names what is paid by the key the server gave, and is found again by it", () => {
    const allocations = rows.map((row, place) => allocate(row, place + 1));
    expect(allocations).toEqual([
        { invoice_id: 71, amount: 1 },
        { item_id: 71, amount: 2 },
        { item_id: 72, amount: 3 },
        { pos_payment_uuid: "bought", amount: 4 },
    ]);
    expect(allocations.map(allocatedId)).toEqual(rows.map(({ id }) => id));
});

test("what is chosen stays apart, and in one order, whatever it is", () => {
    const selection = new Selection();
    for (const row of [...rows].reverse()) {
        selection.toggle(row);
    }
    expect(selection.invoices[0]).toBe(rows[0]);
    expect(selection.invoices).toHaveLength(4);
    selection.toggle(rows[1]);
    expect(selection.has(rows[0])).toBe(true);
    expect(selection.has(rows[1])).toBe(false);
});

test("of one day, what was bought first comes first, whatever its number", () => {
    const selection = new Selection();
    for (const item_id of [10, 9, 100]) {
        selection.toggle(identify(makePurchase({ item_id })));
    }
    expect(selection.invoices.map(({ item_id }) => item_id)).toEqual([9, 10, 100]);
});
