import { expect, test } from "@odoo/hoot";
import { runAllTimers } from "@odoo/hoot-mock";
import { waitFor, waitUntil } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { getReceivables, setupCollecting } from "../utils";

definePosModels();

test("the customer list tells what is due and overdue, asked for once", async () => {
    const questions = [];
    const store = await setupCollecting({
        get_partner_dues: (ids) => {
            questions.push(ids);
            return { 3: { due: 640, overdue: 100 } };
        },
    });
    expect(questions).toEqual([]);
    store.addNewOrder();
    store.selectPartner();
    await waitFor(".partner-list .partner-info");
    await waitUntil(() => getReceivables().dues.wanted.size > 0);
    await runAllTimers();
    await waitFor(".partner-invoice-due");
    expect("[data-id='3'] .partner-invoice-due").toHaveText(/^Due \$ 640\.00/);
    expect("[data-id='3'] .partner-invoice-overdue").toHaveText("overdue $ 100.00");
    expect(".partner-invoice-due").toHaveCount(1);
    expect(questions).toHaveLength(1);
});

test("no one is asked about where invoices are not collected", async () => {
    const store = await setupCollecting({ get_partner_dues: () => expect.step("asked") });
    store.config.use_invoice_payment = false;
    store.addNewOrder();
    store.selectPartner();
    await waitFor(".partner-list .partner-info");
    await runAllTimers();
    expect(".partner-invoice-due").toHaveCount(0);
    expect.verifySteps([]);
});
