import { expect, test } from "@odoo/hoot";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupCollecting } from "@pos_receivable/../tests/unit/utils";

definePosModels();

test("who has minimal rights does not collect", async () => {
    const store = await setupCollecting();
    store.config.module_pos_hr = true;
    store.cashier._role = "minimal";
    expect(store.canCollectInvoices()).toBe(false);
    store.cashier._role = "cashier";
    expect(store.canCollectInvoices()).toBe(true);
});

test("who may void is up to the person, where the shop leaves it to managers", async () => {
    const store = await setupCollecting();
    store.config._can_void_invoice_payments = true;
    store.config.module_pos_hr = true;
    store.cashier._role = "cashier";
    expect(store.canVoidInvoicePayments()).toBe(false);
    store.config.invoice_payment_cashier_void = true;
    expect(store.canVoidInvoicePayments()).toBe(true);
    store.config.invoice_payment_cashier_void = false;
    store.cashier._role = "manager";
    expect(store.canVoidInvoicePayments()).toBe(true);
    store.config._can_void_invoice_payments = false;
    expect(store.canVoidInvoicePayments()).toBe(false);
});

test("the server is told who stands at the till, where employees log in", async () => {
    const store = await setupCollecting();
    const contexts = [];
    patchWithCleanup(store.data, {
        call: async (model, method, args, { context }) => contexts.push(context),
    });
    store.config.module_pos_hr = false;
    await store.askSession("get_partner_dues", [[3]]);
    store.config.module_pos_hr = true;
    await store.askSession("get_partner_dues", [[3]]);
    expect(contexts).toEqual([{}, { pos_employee_id: store.cashier.id }]);
});
