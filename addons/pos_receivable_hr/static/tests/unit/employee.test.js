import { expect, test } from "@odoo/hoot";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { getService, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupCollecting } from "@pos_receivable/../tests/unit/utils";

definePosModels();

test("who has minimal rights does not collect", async () => {
    const store = await setupCollecting();
    const receivables = getService("pos_receivable");
    store.config.module_pos_hr = true;
    store.cashier._role = "minimal";
    expect(receivables.canCollect()).toBe(false);
    store.cashier._role = "cashier";
    expect(receivables.canCollect()).toBe(true);
});

test("who may void is up to the person, where the shop leaves it to managers", async () => {
    const store = await setupCollecting();
    const receivables = getService("pos_receivable");
    store.config._can_void_invoice_payments = true;
    store.config.module_pos_hr = true;
    store.cashier._role = "cashier";
    expect(receivables.canVoid()).toBe(false);
    store.config.invoice_payment_cashier_void = true;
    expect(receivables.canVoid()).toBe(true);
    store.config.invoice_payment_cashier_void = false;
    store.cashier._role = "manager";
    expect(receivables.canVoid()).toBe(true);
    store.config._can_void_invoice_payments = false;
    expect(receivables.canVoid()).toBe(false);
});

test("only a manager pays credit out, by role and by login", async () => {
    const store = await setupCollecting();
    const receivables = getService("pos_receivable");
    store.config._can_pay_out_credits = true;
    store.config.module_pos_hr = true;
    store.cashier._role = "cashier";
    expect(receivables.canPayOut()).toBe(false);
    store.cashier._role = "manager";
    expect(receivables.canPayOut()).toBe(true);
    store.config._can_pay_out_credits = false;
    expect(receivables.canPayOut()).toBe(false);
});

test("the server is told who stands at the till, where employees log in", async () => {
    const store = await setupCollecting();
    const receivables = getService("pos_receivable");
    const contexts = [];
    patchWithCleanup(store.data, {
        call: async (model, method, args, { context }) => contexts.push(context),
    });
    store.config.module_pos_hr = false;
    await receivables.askSession("get_partner_dues", [[3]]);
    store.config.module_pos_hr = true;
    await receivables.askSession("get_partner_dues", [[3]]);
    expect(contexts).toEqual([{}, { pos_employee_id: store.cashier.id }]);
});
