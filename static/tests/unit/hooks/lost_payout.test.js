import { expect, test } from "@odoo/hoot";
import { LostPayments } from "@pos_receivable/app/hooks/lost_payments";

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
