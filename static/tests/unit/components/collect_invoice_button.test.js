import { expect, test } from "@odoo/hoot";
import { animationFrame, waitFor } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ControlButtons } from "@point_of_sale/app/screens/product_screen/control_buttons/control_buttons";
import { assets, AssetsLoadingError } from "@web/core/assets";
import { Deferred } from "@web/core/utils/concurrency";
import {
    contains,
    getService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { getReceivables, makeInvoice, makePage, setupCollecting } from "../utils";

definePosModels();

const BUTTON = ".collect-invoice-button";

test.tags("desktop");
test("stands in the row under the order, once", async () => {
    const store = await setupCollecting();
    store.addNewOrder();
    await mountWithCleanup(ControlButtons);
    expect(BUTTON).toHaveCount(1);
    await mountWithCleanup(ControlButtons, { props: { showRemainingButtons: true } });
    expect(BUTTON).toHaveCount(1);
});

test.tags("mobile");
test("is one of the actions on a phone", async () => {
    const store = await setupCollecting();
    store.addNewOrder();
    await mountWithCleanup(ControlButtons, { props: { showRemainingButtons: true } });
    expect(BUTTON).toHaveCount(1);
});

test("is not there when the point of sale or the cashier may not collect", async () => {
    const store = await setupCollecting();
    store.addNewOrder();
    store.config.use_invoice_payment = false;
    await mountWithCleanup(ControlButtons, { props: { showRemainingButtons: store.ui.isSmall } });
    expect(BUTTON).toHaveCount(0);
    store.config.use_invoice_payment = true;
    await animationFrame();
    expect(BUTTON).toHaveCount(1);
    store.config._can_collect_invoices = false;
    await animationFrame();
    expect(BUTTON).toHaveCount(0);
});

test("opens the invoices of the order's customer", async () => {
    const store = await setupCollecting({
        list: (partnerId) => {
            expect(partnerId).toBe(3);
            return makePage([makeInvoice()]);
        },
    });
    store.addNewOrder().setPartner(store.models["res.partner"].get(3));
    await mountWithCleanup(ControlButtons, { props: { showRemainingButtons: store.ui.isSmall } });
    await contains(BUTTON).click();
    await waitFor(".invoice-card");
    expect(BUTTON).not.toBeEnabled();
});

test("asks for a customer when the order has none, and stops without one", async () => {
    const store = await setupCollecting({ list: () => expect.step("listed") });
    store.addNewOrder();
    const collecting = getService("pos_receivable_screens").collect();
    await waitFor(".partner-list");
    await contains(".o_dialog .modal-footer button:contains(Discard)").click();
    await collecting;
    expect(".unpaid-invoices").toHaveCount(0);
    expect.verifySteps([]);
});

test("offline says so and opens nothing", async () => {
    const store = await setupCollecting();
    store.addNewOrder();
    store.data.network.offline = true;
    await getService("pos_receivable_screens").collect();
    await waitFor(".modal-body:contains(You are offline)");
    expect(".unpaid-invoices").toHaveCount(0);
    expect(".partner-list").toHaveCount(0);
});

test("offline it does not say that nothing was booked while a payment is unanswered", async () => {
    const store = await setupCollecting();
    store.addNewOrder();
    store.data.network.offline = true;
    getReceivables().attempts.remember({ uuid: "sent", allocations: [] });
    await getService("pos_receivable_screens").collect();
    await waitFor(".modal-body:contains(nobody has answered)");
    expect(".modal-body:contains(nothing was booked)").toHaveCount(0);
});

test("while the list is fetched another customer may be chosen, and pressing again is harmless", async () => {
    const asked = [];
    const store = await setupCollecting({
        list: (partnerId) => {
            asked.push(partnerId);
            return makePage([makeInvoice()]);
        },
    });
    const fetched = new Deferred();
    patchWithCleanup(assets, { loadBundle: () => fetched });
    const order = store.addNewOrder();
    order.setPartner(store.models["res.partner"].get(3));
    const screens = getService("pos_receivable_screens");
    screens.collect();
    screens.collect();
    order.setPartner(store.models["res.partner"].get(18));
    fetched.resolve();
    await waitFor(".unpaid-invoices .invoice-card");
    expect(".unpaid-invoices").toHaveCount(1);
    expect(asked).toEqual([18]);
});

test("the offer to show the way stays while it cannot be fetched", async () => {
    const store = await setupCollecting();
    store.addNewOrder();
    patchWithCleanup(assets, {
        loadBundle: () => Promise.reject(new AssetsLoadingError("gone")),
    });
    store.session.state = "opened";
    patchWithCleanup(store.data, { silentCall: () => expect.step("remembered") });
    getService("pos_receivable_guide").offer();
    await contains(".payment-guide-offer button:contains(Show me)").click();
    await waitFor(".modal-body:contains(You are offline)");
    expect(".payment-guide-offer").toHaveCount(1);
    expect.verifySteps([]);
});
