import { advanceTime, animationFrame, queryOne, waitFor } from "@odoo/hoot-dom";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { assets } from "@web/core/assets";
import { MainComponentsContainer } from "@web/core/main_components_container";
import {
    contains,
    getService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { DEAD_TIME } from "@pos_receivable/payment/utils/meant_press";
import { RegisterPaymentPopup } from "@pos_receivable/payment/components/popups/register_payment_popup/register_payment_popup";

export const CASH = { id: 11, name: "Cash", type: "cash" };
export const CARD = { id: 12, name: "Card", type: "bank" };

export function makeInvoice(values = {}) {
    const invoice = {
        id: 1,
        name: "INV/2026/00012",
        partner_name: "Acme",
        ref: "",
        payment_reference: "INV/2026/00012",
        invoice_date: "2026-09-12",
        invoice_date_due: "2026-12-14",
        next_due_date: "2026-12-14",
        currency_id: 1,
        currency_name: "USD",
        amount_total: 640,
        amount_residual: 640,
        amount_due: 640,
        payment_state: "not_paid",
        is_overdue: false,
        overdue_days: 0,
        discount_date: false,
        discount_percentage: 0,
        is_blocked: false,
        payable: true,
        ...values,
    };
    return { amount_due_now: invoice.amount_due, ...invoice };
}

/** Goods bought on account, as the server lists them. */
export function makePurchase(values = {}) {
    return makeInvoice({
        id: false,
        kind: "order",
        item_id: 71,
        name: "000071",
        order_name: "Shop/0071",
        buyer_name: "Acme",
        payment_reference: "",
        ...values,
    });
}

export function makePage(invoices, values = {}) {
    const payable = invoices.filter((invoice) => invoice.payable);
    return {
        partner: { id: 3, name: "Acme", commercial_partner_id: 2 },
        currency_id: 1,
        invoice_count: payable.length,
        total_due: payable.reduce((sum, { amount_due }) => sum + amount_due, 0),
        total_overdue: 0,
        match_count: invoices.length,
        credit_total: 0,
        invoices,
        ...values,
    };
}

/** What the server answers to a payment of `amount` on `invoice`. */
export function makeResult(invoice, amount, values = {}) {
    return {
        payment: {
            id: 5,
            name: "PCSH1/2026/00001",
            amount,
            change: 0,
            settled: amount,
            rounding: 0,
            tendered: false,
            date: "2026-11-20",
            datetime: "2026-11-20 10:42:00",
            journal_name: CASH.name,
            journal_type: CASH.type,
            partner_id: 3,
            partner_name: "Acme",
            user_name: "Anna",
            reference: "",
            ...values,
        },
        invoices: [
            {
                ...invoice,
                paid: amount,
                balance_before: invoice.amount_due,
                balance_after: invoice.amount_due - amount,
            },
        ],
    };
}

/**
 * A point of sale with invoice payment on, whose server answers with the given functions.
 *
 * Calls are caught before the network, so that an answer can also be a lost connection.
 *
 * @param {{list?: Function, book?: Function}} answers `list` receives the customer's id and the
 *  search with its page, `book` the parameters of the payment by name, any other, called as its
 *  method on the session, the parameters in order
 * @param {Object} [config] settings of the shop
 */
export async function setupCollecting({ list, book, ...others } = {}, config = {}) {
    const store = await setupPosEnv();
    Object.assign(store.config, config);
    store.config.use_invoice_payment = true;
    store.config._can_collect_invoices = true;
    store.config._invoice_payment_journals = [CASH, CARD];
    patchWithCleanup(store.data, {
        async call(model, method, args, kwargs) {
            if (method === "get_open_invoices") {
                return list(args[1], kwargs);
            }
            if (method === "collect_invoice_payment") {
                const [, uuid, partnerId, journalId, allocations, ...rest] = args;
                const [date, reference, tendered, onAccount] = rest;
                const { shortfalls } = kwargs;
                const money = { allocations, tendered, onAccount, shortfalls };
                return book({ uuid, partnerId, journalId, date, reference, ...money });
            }
            if (method in others) {
                return others[method](...args.slice(1));
            }
            return super.call(...arguments);
        },
    });
    // Loaded already: the modules of the bundle are among those of the unit tests.
    patchWithCleanup(assets, { loadBundle: async () => {} });
    await mountWithCleanup(MainComponentsContainer);
    return store;
}

/** @returns {import("@pos_receivable/app/services/receivables").Receivables} */
export function getReceivables() {
    return getService("pos_receivable");
}

export async function openPopup(component, props) {
    getService("dialog").add(component, props);
    await waitFor(".o_dialog .modal-body");
}

export function openPayment(invoices, props = {}) {
    return openPopup(RegisterPaymentPopup, {
        partner: { id: 3, name: "Acme" },
        customerName: "Acme",
        invoices,
        getPayload: () => {},
        ...props,
    });
}

/** On a phone a finger gets the number pad: the box itself is only written by it. */
export async function fill(selector, text) {
    const box = queryOne(selector);
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await animationFrame();
}

/** Press what is on the screen, after the moment it takes to read it. */
export async function tap(selector) {
    await waitFor(selector);
    await advanceTime(DEAD_TIME);
    await contains(selector).click();
}
