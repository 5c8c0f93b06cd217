import { getFilledOrder } from "@point_of_sale/../tests/unit/utils";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { getService, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { setupCollecting } from "@pos_receivable/../tests/unit/utils";

export function makeAccount(values = {}) {
    return {
        mode: "block",
        limit: 1000,
        exposure: 990,
        available: 10,
        overdue: 640,
        overdue_days: 23,
        parts: [],
        recommendation: "hold",
        deposit: 0,
        reasons: [{ code: "over_limit", text: "Above the limit of 1,000.00." }],
        checked_at: "2026-11-20 10:42:00",
        ...values,
    };
}

/** The till at the payment of an order, whose server answers as `setupCollecting` says. */
export async function setupSelling(answers = {}, config = {}) {
    const store = await setupCollecting(answers, {
        customer_account_check: "block",
        customer_account_override: "manager",
        customer_account_offline: "allow",
        ...config,
    });
    const order = await getFilledOrder(store);
    const partner = store.models["res.partner"].get(3);
    order.setPartner(partner);
    const screen = await mountWithCleanup(PaymentScreen, { props: { orderUuid: order.uuid } });
    const method = store.models["pos.payment.method"].find(({ type }) => type === "pay_later");
    return { store, order, partner, screen, method, due: order.getDefaultAmountDueToPayIn(method) };
}

export function getAccounts() {
    return getService("pos_receivable_credit");
}
