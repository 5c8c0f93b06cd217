import { expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { PartnerDues } from "@pos_receivable/app/utils/partner_dues";

test("what comes into view together is asked for at once, and only once", async () => {
    const batches = [];
    const dues = new PartnerDues(async (ids) => {
        batches.push(ids);
        return { 2: { due: 50, overdue: 0 } };
    });
    dues.want(1);
    dues.want(2);
    dues.want(1);
    await advanceTime(100);
    expect(batches).toEqual([[1, 2]]);
    expect(dues.known).toEqual({ 1: null, 2: { due: 50, overdue: 0 } });
    dues.want(2);
    await advanceTime(100);
    expect(batches).toHaveLength(1);
    dues.forget();
    dues.want(2);
    await advanceTime(100);
    expect(batches).toEqual([[1, 2], [2]]);
});

test("a long list is asked for in parts, and a server out of reach is no matter", async () => {
    const sizes = [];
    const dues = new PartnerDues(async (ids) => {
        sizes.push(ids.length);
        if (sizes.length > 1) {
            throw new Error("offline");
        }
        return {};
    });
    for (let id = 1; id <= 150; id++) {
        dues.want(id);
    }
    await advanceTime(100);
    expect(sizes).toEqual([100, 50]);
    expect(Object.keys(dues.known)).toHaveLength(100);
});
