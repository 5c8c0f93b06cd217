import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { InvoicePaymentReceipt } from "@pos_receivable/payment/components/invoice_payment_receipt/invoice_payment_receipt";
import { makeInvoice, makeResult, setupCollecting } from "../utils";

definePosModels();

function makePayment(values = {}) {
    const { payment, invoices } = makeResult(makeInvoice(), 600, values);
    return { ...payment, state: "posted", void: false, invoices };
}

async function mountReceipt(payment, props = {}) {
    await setupCollecting();
    await mountWithCleanup(InvoicePaymentReceipt, { props: { payment, ...props } });
}

test("tells who paid what, and what stays due", async () => {
    await mountReceipt(makePayment({ tendered: 650, change: 50, reference: "CHQ-7" }));
    expect(".receipt-number").toHaveText("PCSH1/2026/00001");
    expect(".receipt-customer").toHaveText("Acme");
    expect(queryAllTexts(".receipt-invoice span")).toEqual([
        "Balance before",
        "$ 640.00",
        "Paid",
        "$ 600.00",
        "Balance after",
        "$ 40.00",
    ]);
    expect(".receipt-total").toHaveText(/600\.00/);
    expect(".invoice-payment-receipt").toHaveText(/CHQ-7/);
    expect(".invoice-payment-receipt").toHaveText(/Cash received\s*\$ 650\.00/);
    expect(".invoice-payment-receipt").toHaveText(/Change\s*\$ 50\.00/);
    expect(".receipt-copy, .receipt-void, .receipt-rounding").toHaveCount(0);
});

test("says that it is a copy, and what was rounded", async () => {
    await mountReceipt(makePayment({ settled: 600.02, rounding: 0.02 }), { isCopy: true });
    expect(".receipt-copy").toHaveText("COPY");
    expect(".receipt-rounding").toHaveText(/-\$ 0\.02|\$ -0\.02/);
});

test("tells what was kept on account", async () => {
    await mountReceipt(makePayment({ on_account: 12.5 }));
    expect(".receipt-kept").toHaveText(/Kept on account\s*\$ 12\.50/);
    expect(".receipt-credit").toHaveCount(0);
});

test("what is paid out is told as such, and of what", async () => {
    const credit = { name: "PCSH1/2026/00007", balance_before: 100, balance_after: 60 };
    await mountReceipt({ ...makePayment({ kind: "refund", amount: 40, credit }), invoices: [] });
    expect(".invoice-payment-receipt").toHaveText(/Paid out/);
    expect(".invoice-payment-receipt").toHaveText(/Paid to\s*Acme/);
    expect(".receipt-credit").toHaveText(/PCSH1\/2026\/00007/);
    expect(".receipt-credit").toHaveText(/Credit after\s*\$ 60\.00/);
    expect(".receipt-total").toHaveText(/40\.00/);
});

test("a voided payment is marked, with who and why", async () => {
    await mountReceipt({
        ...makePayment(),
        state: "voided",
        void: { reason: "Wrong customer", user_name: "Marcus", datetime: "2026-11-20 11:00:00" },
    });
    expect(".receipt-void").toHaveText("VOID");
    expect(".receipt-void-story").toHaveText(/Marcus/);
    expect(".receipt-void-story").toHaveText(/Reason: Wrong customer/);
    expect(".invoice-payment-receipt").not.toHaveText(/Balance after/);
});

test("why less was paid stands on the shop's copy alone", async () => {
    const shortfalls = [
        {
            invoice_id: 1,
            code: "7",
            reason: "Pays the rest later",
            note: "when he is paid",
            promise_date: "2026-12-04",
            amount_open: 40,
        },
    ];
    await mountReceipt(makePayment({ shortfalls }), { isCopy: true });
    expect(".receipt-shortfall").toHaveText(/^Pays the rest later, by .*2026[^:]*$/);
});

test("what the customer takes home does not say why they paid less", async () => {
    const shortfalls = [{ invoice_id: 1, code: "3", reason: "Damaged", note: "" }];
    await mountReceipt(makePayment({ shortfalls }));
    expect(".receipt-shortfall").toHaveCount(0);
});
