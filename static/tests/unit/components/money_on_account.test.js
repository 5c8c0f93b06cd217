import { expect, test } from "@odoo/hoot";
import { queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ConnectionLostError } from "@web/core/network/rpc";
import { UnpaidInvoicesPopup } from "@pos_receivable/payment/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import { PayOutPopup } from "@pos_receivable/payment/components/popups/pay_out_popup/pay_out_popup";
import { UseCreditPopup } from "@pos_receivable/payment/components/popups/use_credit_popup/use_credit_popup";
import {
    CARD,
    CASH,
    fill,
    getReceivables,
    makeInvoice,
    makePage,
    makeResult,
    openPayment,
    openPopup,
    setupCollecting,
    tap,
} from "../utils";

definePosModels();

const partner = { id: 3, name: "Acme", commercial_partner_id: 2 };
const KEEPS = { invoice_payment_on_account: true, invoice_payment_on_account_max: 0 };
const CREDIT = {
    id: 7,
    name: "PCSH1/2026/00007",
    date: "2026-11-20",
    kind: "payment",
    on_account: true,
    amount: 100,
};

test("more than due is offered to be kept, and kept when it is said", async () => {
    const requests = [];
    const invoice = makeInvoice();
    await setupCollecting(
        {
            book: (request) => {
                requests.push(request);
                return makeResult(invoice, 640, { amount: 652.5, on_account: 12.5 });
            },
        },
        KEEPS
    );
    await openPayment([invoice]);
    expect(".register-payment-keep").toHaveCount(0);
    await fill(".register-payment-amount", "652.50");
    expect(".register-payment-pay").not.toBeEnabled();
    expect(".register-payment-keep").toHaveText("Keep $ 12.50 on account");
    await tap(".register-payment-keep");
    expect(".register-payment-keep").toHaveCount(0);
    expect(".register-payment-kept").toHaveText("Kept on account: $ 12.50");
    expect(".register-payment-left").toHaveText("After this payment: $ 0.00 due");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
        allocations: [{ invoice_id: 1, amount: 640 }],
        onAccount: 12.5,
    });
    expect(".payment-done-kept").toHaveText("$ 12.50 kept on account");
});

test("where the shop keeps nothing, nothing is offered", async () => {
    await setupCollecting({ list: () => makePage([]) });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".unpaid-invoices-empty");
    expect(".unpaid-invoices-deposit").toHaveCount(0);
});

test("a deposit is taken although nothing is due", async () => {
    const requests = [];
    let credit_total = 0;
    await setupCollecting(
        {
            list: () => makePage([], { credit_total }),
            book: (request) => {
                requests.push(request);
                credit_total = 20;
                const { payment } = makeResult(makeInvoice(), 20, { on_account: 20 });
                return { payment, invoices: [] };
            },
        },
        KEEPS
    );
    await openPopup(UnpaidInvoicesPopup, { partner });
    await tap(".unpaid-invoices-deposit");
    await waitFor(".register-payment");
    expect(".register-payment .modal-title").toHaveText("Deposit");
    expect(".register-payment-due, .register-payment-full").toHaveCount(0);
    expect(".register-payment-amount").toHaveValue("");
    expect(".register-payment-pay").not.toBeEnabled();
    await fill(".register-payment-amount", "20");
    expect(".register-payment-kept").toHaveText("Kept on account: $ 20.00");
    await tap(".register-payment-pay");
    await waitFor(".payment-done");
    expect(requests[0]).toMatchObject({ allocations: [], onAccount: 20, partnerId: 3 });
    await tap(".payment-next");
    await waitFor(".unpaid-invoices-credit");
    expect(".unpaid-invoices-credit").toHaveText("credit available $ 20.00");
});

test("a deposit whose answer was lost is not taken twice", async () => {
    const uuids = [];
    await setupCollecting(
        {
            book: ({ uuid }) => {
                uuids.push(uuid);
                throw new ConnectionLostError();
            },
        },
        KEEPS
    );
    await openPayment([], { partner });
    await fill(".register-payment-amount", "20");
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    expect(".register-payment-lost").toHaveText(/money on account/);
    await tap(".register-payment-back");
    await openPayment([], { partner });
    expect(".register-payment-lost").toHaveCount(1);
    expect(".register-payment-amount").toHaveValue("20");
    await tap(".register-payment-pay");
    await waitFor(".register-payment-lost");
    expect(new Set(uuids).size).toBe(1);
    expect(uuids).toHaveLength(2);
    expect(getReceivables().attempts.all).toHaveLength(1);
});

test("only a manager sees that credit can be paid out", async () => {
    await setupCollecting({ get_open_credits: () => [CREDIT] });
    await openPopup(UseCreditPopup, {
        partner,
        customerName: "Acme",
        invoices: [makeInvoice()],
        getPayload: () => {},
    });
    await waitFor(".use-credit-row");
    expect(".use-credit-row").toHaveText(/Kept on account/);
    expect(".use-credit-pay-out").toHaveCount(0);
});

test("credit is paid out although nothing is due", async () => {
    const requests = [];
    let credits = [CREDIT];
    await setupCollecting(
        {
            list: () => makePage([], { credit_total: 100 }),
            get_open_credits: () => credits,
            refund_on_account: (...request) => {
                requests.push(request);
                credits = [{ ...CREDIT, amount: 60 }];
                const { payment } = makeResult(makeInvoice(), 40, {
                    kind: "refund",
                    journal_type: CARD.type,
                    credit: { id: 7, name: CREDIT.name, balance_before: 100, balance_after: 60 },
                });
                return { payment, invoices: [] };
            },
        },
        { _can_pay_out_credits: true }
    );
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".unpaid-invoices-use-credit");
    expect(".unpaid-invoices-use-credit").toHaveText("Pay out credit");
    await tap(".unpaid-invoices-use-credit");
    await tap(".use-credit-pay-out");
    await waitFor(".pay-out-amount");
    expect(".use-credit-apply").toHaveCount(0);
    expect(".pay-out-amount").toHaveValue("100.00");
    await fill(".pay-out-amount", "100.01");
    expect(".pay-out-message").toHaveText("$ 100.00 is all that is left of PCSH1/2026/00007.");
    expect(".pay-out-pay").not.toBeEnabled();
    await fill(".pay-out-amount", "40");
    expect(".pay-out-pay").toHaveText("Pay out $ 40.00");
    expect(queryAllTexts(".pay-out-journal")).toEqual(["Cash", "Card"]);
    await tap(".pay-out-pay");
    await waitFor(".payment-done");
    expect(requests).toHaveLength(1);
    expect(requests[0].slice(1)).toEqual([7, 40, CASH.id]);
    expect(".payment-done").toHaveText(/Paid out/);
    expect(".payment-done").toHaveText(/\$ 60\.00 left/);
    await tap(".payment-next");
    await waitFor(".use-credit-row:contains(60.00)");
});

test("a payout whose answer was lost goes again as the same", async () => {
    const uuids = [];
    await setupCollecting({
        refund_on_account: (uuid) => {
            uuids.push(uuid);
            throw new ConnectionLostError();
        },
        close_invoice_payment_attempt: () => false,
    });
    await openPopup(PayOutPopup, {
        partner,
        customerName: "Acme",
        credit: CREDIT,
        getPayload: () => {},
    });
    await tap(".pay-out-pay");
    await waitFor(".pay-out-lost");
    expect(".pay-out-amount").not.toBeEnabled();
    await tap(".pay-out-pay");
    await waitFor(".pay-out-lost");
    expect(uuids).toHaveLength(2);
    expect(new Set(uuids).size).toBe(1);
    await tap(".pay-out-check");
    await waitFor(".pay-out-pay:contains(100.00)");
    expect(getReceivables().attempts.all).toEqual([]);
});
