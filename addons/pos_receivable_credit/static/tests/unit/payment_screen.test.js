import { expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { Deferred } from "@odoo/hoot-mock";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { contains } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { tap } from "@pos_receivable/../tests/unit/utils";
import { getAccounts, makeAccount, setupSelling } from "./utils";

definePosModels();

const approve = () => makeAccount({ recommendation: "approve", available: 500, reasons: [] });

function validation(store, order) {
    return new OrderPaymentValidation({ pos: store, orderUuid: order.uuid });
}

for (const mode of ["off", "observe"]) {
    test(`where the shop says ${mode}, nothing is asked and nothing shown`, async () => {
        const { store, order, screen, method, due } = await setupSelling(
            {
                get_customer_account: () => expect.step("asked"),
                authorize_customer_account: () => expect.step("authorized"),
            },
            { customer_account_check: mode }
        );
        await screen.addNewPaymentLine(method);
        expect(order.payment_ids[0].getAmount()).toBe(due);
        expect(await getAccounts().authorize(order)).toBe(true);
        expect(".modal").toHaveCount(0);
        expect(".o_notification").toHaveCount(0);
        expect(store.getSyncAllOrdersContext([order])).not.toInclude("customer_account_live");
        expect.verifySteps([]);
    });
}

test("what is fine is added at once, with a line about what stays", async () => {
    const { order, screen, method, due } = await setupSelling({ get_customer_account: approve });
    await screen.addNewPaymentLine(method);
    expect(order.payment_ids[0].getAmount()).toBe(due);
    expect(".modal").toHaveCount(0);
    await waitFor(".o_notification:contains(stay available on account)");
});

test("a payment in cash asks nothing", async () => {
    const { store, order, screen } = await setupSelling({
        get_customer_account: () => expect.step("asked"),
    });
    await screen.addNewPaymentLine(store.models["pos.payment.method"].get(1));
    expect(order.payment_ids).toHaveLength(1);
    expect.verifySteps([]);
});

test("what is available is put on account, the rest stays due", async () => {
    const { order, screen, method, due } = await setupSelling({
        get_customer_account: () => makeAccount(),
    });
    screen.addNewPaymentLine(method);
    await waitFor(".customer-account");
    expect(queryAllTexts("[data-figure] dd")).toEqual([
        "$ 1,000.00",
        "$ 990.00",
        "$ 10.00",
        "$ 640.00 · 23 days",
    ]);
    expect("[data-code=over_limit]").toHaveText("Above the limit of 1,000.00.");
    await tap(".customer-account-available");
    await animationFrame();
    expect(order.payment_ids[0].getAmount()).toBe(10);
    expect(order.remainingDue).toBeCloseTo(due - 10);
});

test("what was paid first is told, and a deposit is paid before the rest goes on account", async () => {
    const asked = [];
    const held = { recommendation: "deposit", deposit: 5, available: false, reasons: [] };
    const { store, order, screen, method, due } = await setupSelling({
        get_customer_account: (partnerId, amount, orderUuid, paid) => {
            asked.push([amount, paid]);
            return makeAccount(held);
        },
        authorize_customer_account: (uuid, orderUuid, partnerId, amount, override, paid) => {
            asked.push([amount, paid]);
            return paid < 6
                ? makeAccount({ ...held, state: "refused", uuid })
                : { mode: "block", state: "authorized", uuid, recommendation: "approve" };
        },
    });
    const cash = store.models["pos.payment.method"].get(1);
    await screen.addNewPaymentLine(cash);
    order.payment_ids[0].setAmount(1);
    screen.addNewPaymentLine(method);
    await waitFor(".customer-account-deposit");
    expect(".customer-account-go-on").toHaveCount(0);
    expect(".customer-account-manager").toHaveCount(1);
    await tap(".customer-account-deposit");
    await animationFrame();
    expect(order.payment_ids[1].getAmount()).toBeCloseTo(due - 6);
    order.payment_ids[0].setAmount(6);
    expect(order.isPaid()).toBe(true);
    expect(await getAccounts().authorize(order)).toBe(true);
    expect(asked).toEqual([
        [store.currency.round(due - 1), 1],
        [store.currency.round(due - 6), 6],
    ]);
});

test("a deposit that is missing in the end holds the order until it is paid", async () => {
    const { store, order, screen, method, due } = await setupSelling({
        get_customer_account: approve,
        authorize_customer_account: (uuid) =>
            makeAccount({ state: "refused", uuid, recommendation: "deposit", deposit: 5 }),
    });
    await screen.addNewPaymentLine(method);
    const valid = validation(store, order).isOrderValid(false);
    await tap(".customer-account-deposit");
    expect(await valid).toBe(false);
    expect(order.payment_ids[0].getAmount()).toBeCloseTo(due - 5);
    expect(order.remainingDue).toBeCloseTo(5);
});

test("another method leaves the order as it was", async () => {
    const { order, screen, method } = await setupSelling({
        get_customer_account: () => makeAccount(),
    });
    screen.addNewPaymentLine(method);
    await tap(".customer-account-other");
    await animationFrame();
    expect(order.payment_ids).toHaveLength(0);
    expect(".modal").toHaveCount(0);
});

test("two taps are one question", async () => {
    const answer = new Deferred();
    const { order, screen, method } = await setupSelling({
        get_customer_account: () => {
            expect.step("asked");
            return answer;
        },
    });
    const taps = [screen.addNewPaymentLine(method), screen.addNewPaymentLine(method)];
    answer.resolve(approve());
    await Promise.all(taps);
    expect.verifySteps(["asked"]);
    expect(order.payment_ids).toHaveLength(1);
});

test("an answer about a customer who has left is nobody's", async () => {
    const answer = new Deferred();
    const { store, order, screen, method } = await setupSelling({
        get_customer_account: () => answer,
    });
    const adding = screen.addNewPaymentLine(method);
    order.setPartner(store.models["res.partner"].find(({ id }) => id !== 3));
    answer.resolve(approve());
    await adding;
    expect(order.payment_ids).toHaveLength(0);
});

test("a manager lets it pass with a reason, and the payment is added", async () => {
    const asked = [];
    const { store, order, screen, method, due } = await setupSelling({
        get_customer_account: () => makeAccount(),
        authorize_customer_account: (uuid, orderUuid, partnerId, amount, override) => {
            asked.push({ uuid, orderUuid, partnerId, amount, override });
            return { mode: "block", state: "authorized", uuid, override: "manager" };
        },
    });
    store.getCashier = () => ({ _role: "manager" });
    screen.addNewPaymentLine(method);
    await tap(".customer-account-manager");
    await contains("#customer-account-reason").edit("Old friend", { confirm: false });
    await tap(".customer-account-let-pass");
    await animationFrame();
    expect(order.payment_ids[0].getAmount()).toBe(due);
    expect(asked).toHaveLength(1);
    expect(asked[0].override).toEqual({ reason: "Old friend" });
    expect(order.customer_account_uuid).toBe(asked[0].uuid);
    expect(await getAccounts().authorize(order)).toBe(true);
    expect(asked[1].uuid).toBe(asked[0].uuid);
});

test("what managers are asked from afar is added when they let it pass", async () => {
    const { order, screen, method, due } = await setupSelling({
        get_customer_account: () => makeAccount(),
        authorize_customer_account: (uuid) => makeAccount({ state: "refused", uuid }),
        request_customer_account_approval: (uuid, note) => {
            expect.step(`asked: ${note}`);
            return { mode: "block", state: "requested", uuid };
        },
    });
    screen.addNewPaymentLine(method);
    await tap(".customer-account-manager");
    await contains("#customer-account-reason").edit("Pays on Monday", { confirm: false });
    await tap(".customer-account-ask");
    await waitFor(".customer-account-waiting");
    expect.verifySteps(["asked: Pays on Monday"]);
    const { uuid } = getAccounts().attempts.get(order.uuid);
    getAccounts().hear({ uuid: "another", state: "authorized" });
    await animationFrame();
    expect(".customer-account-waiting").toHaveCount(1);
    getAccounts().hear({ uuid, state: "authorized" });
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect(order.payment_ids[0].getAmount()).toBe(due);
});

test("whoever does not wait is told what a manager decided", async () => {
    const { order, screen, method, due } = await setupSelling({
        get_customer_account: () => makeAccount(),
        authorize_customer_account: (uuid) => makeAccount({ state: "refused", uuid }),
        request_customer_account_approval: (uuid) => ({ state: "requested", uuid }),
    });
    screen.addNewPaymentLine(method);
    await tap(".customer-account-manager");
    await tap(".customer-account-ask");
    await waitFor(".customer-account-waiting");
    await press("Escape");
    await animationFrame();
    expect(order.payment_ids).toHaveLength(0);
    getAccounts().hear({ uuid: getAccounts().attempts.get(order.uuid).uuid, state: "authorized" });
    await waitFor(".o_notification:contains(lets)");
    await screen.addNewPaymentLine(method);
    expect(order.payment_ids[0].getAmount()).toBe(due);
});

test("a refusal at the end is shown with the choices, and holds the order", async () => {
    const { store, order, screen, method } = await setupSelling({
        get_customer_account: approve,
        authorize_customer_account: (uuid) => makeAccount({ state: "refused", uuid }),
    });
    await screen.addNewPaymentLine(method);
    const valid = validation(store, order).isOrderValid(false);
    await tap(".customer-account-available");
    expect(await valid).toBe(false);
    expect(order.payment_ids[0].getAmount()).toBe(10);
});

test("a lost answer is asked for again with the same uuid", async () => {
    const uuids = [];
    const { order, screen, method } = await setupSelling({
        get_customer_account: approve,
        authorize_customer_account: (uuid) => {
            uuids.push(uuid);
            if (uuids.length === 1) {
                throw new ConnectionLostError("");
            }
            return { mode: "block", state: "authorized", uuid };
        },
    });
    await screen.addNewPaymentLine(method);
    expect(await getAccounts().authorize(order)).toBe(true);
    expect(uuids).toHaveLength(2);
    expect(uuids[1]).toBe(uuids[0]);
});

test("another amount is another attempt", async () => {
    const uuids = new Set();
    const { order, screen, method } = await setupSelling({
        get_customer_account: approve,
        authorize_customer_account: (uuid) => {
            uuids.add(uuid);
            return { mode: "block", state: "authorized", uuid };
        },
        release_customer_account: () => "released",
    });
    await screen.addNewPaymentLine(method);
    const accounts = getAccounts();
    await accounts.send(order, accounts.owed(order));
    await accounts.send(order, accounts.owed(order));
    expect(uuids.size).toBe(1);
    order.payment_ids[0].setAmount(5);
    await accounts.send(order, accounts.owed(order));
    expect(uuids.size).toBe(2);
});

test("what is not put on account any more is given back", async () => {
    const { store, order, screen, method } = await setupSelling({
        get_customer_account: approve,
        authorize_customer_account: (uuid) => ({ mode: "block", state: "authorized", uuid }),
    });
    store.data.silentCall = async (model, name) => expect.step(name);
    await screen.addNewPaymentLine(method);
    await getAccounts().authorize(order);
    screen.deletePaymentLine(order.payment_ids[0].uuid);
    expect.verifySteps(["release_customer_account"]);
    await screen.addNewPaymentLine(method);
    await getAccounts().authorize(order);
    store.setPartnerToCurrentOrder(store.models["res.partner"].find(({ id }) => id !== 3));
    expect.verifySteps(["release_customer_account"]);
});

test("only the order that is validated is marked as live", async () => {
    const { store, order } = await setupSelling();
    const contexts = [];
    store.syncAllOrders = async () => {
        contexts.push(store.getSyncAllOrdersContext([order]));
        contexts.push(store.getSyncAllOrdersContext([{ uuid: "another" }]));
    };
    await validation(store, order).finalizeValidation();
    contexts.push(store.getSyncAllOrdersContext([order]));
    expect(contexts.map((context) => context.customer_account_live)).toEqual([
        order.uuid,
        undefined,
        undefined,
    ]);
});

test("offline it is sold with the last figures, where the shop allows", async () => {
    let isOffline = false;
    const { order, screen, method, due } = await setupSelling({
        get_customer_account: () => {
            if (isOffline) {
                throw new ConnectionLostError("");
            }
            return approve();
        },
    });
    await screen.addNewPaymentLine(method);
    screen.deletePaymentLine(order.payment_ids[0].uuid);
    isOffline = true;
    await screen.addNewPaymentLine(method);
    expect(order.payment_ids[0].getAmount()).toBe(due);
    await waitFor(".o_notification:contains(Available $ 500.00 at)");
});

for (const [policy, ceiling, isSold] of [
    ["refuse", 0, false],
    ["ceiling", 1, false],
    ["ceiling", 1000, true],
]) {
    test(`offline, ${policy} of ${ceiling}: ${isSold ? "sold" : "not sold"}`, async () => {
        const { order, screen, method } = await setupSelling(
            {
                get_customer_account: () => {
                    throw new ConnectionLostError("");
                },
            },
            { customer_account_offline: policy, customer_account_offline_ceiling: ceiling }
        );
        await screen.addNewPaymentLine(method);
        expect(order.payment_ids).toHaveLength(isSold ? 1 : 0);
        await waitFor(isSold ? ".o_notification:contains(offline)" : ".modal:contains(offline)");
    });
}
