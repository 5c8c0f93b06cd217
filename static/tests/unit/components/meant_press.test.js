import { expect, test } from "@odoo/hoot";
import {
    advanceTime,
    click,
    freezeTime,
    keyDown,
    keyUp,
    press,
    queryOne,
    waitFor,
    waitForNone,
} from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { UnpaidInvoicesPopup } from "@pos_receivable/payment/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import { DEAD_TIME } from "@pos_receivable/payment/utils/meant_press";
import { RegisterPaymentPopup } from "@pos_receivable/payment/components/popups/register_payment_popup/register_payment_popup";
import { contains } from "@web/../tests/web_test_helpers";
import { makeInvoice, makePage, makeResult, openPopup, setupCollecting, tap } from "../utils";

definePosModels();

const partner = { id: 3, name: "Acme" };
const invoice = makeInvoice();
const openPayment = () =>
    openPopup(RegisterPaymentPopup, {
        partner,
        customerName: "Acme",
        invoices: [invoice],
        getPayload: () => {},
    });

/** A shop that counts what it is asked to book, and to send. */
async function setupCounting() {
    const booked = [];
    const sent = [];
    await setupCollecting({
        list: () => makePage([invoice]),
        book: (request) => {
            booked.push(request);
            return makeResult(invoice, 640);
        },
        email_invoice_payment: (...args) => sent.push(args),
    });
    return { booked, sent };
}

async function holdEnter() {
    for (let repeat = 0; repeat < 5; repeat++) {
        await keyDown("Enter");
        await advanceTime(DEAD_TIME);
    }
}

test("Enter held down in the search opens the payment, and no more", async () => {
    const { booked } = await setupCounting();
    await openPopup(UnpaidInvoicesPopup, { partner });
    await contains(".unpaid-invoices-search").edit("12", { confirm: false });
    await advanceTime(DEAD_TIME);
    await holdEnter();
    await waitFor(".register-payment");
    await holdEnter();
    expect(booked).toHaveLength(0);
    await keyUp("Enter");
    await advanceTime(DEAD_TIME);
    await press("Enter");
    await waitFor(".payment-done");
    expect(booked).toHaveLength(1);
});

test("Enter held down on the payment leaves the result on the screen", async () => {
    const { booked } = await setupCounting();
    await openPayment();
    await advanceTime(DEAD_TIME);
    await holdEnter();
    await waitFor(".payment-done");
    await holdEnter();
    expect(".payment-done").toHaveCount(1);
    expect(booked).toHaveLength(1);
    await keyUp("Enter");
    await advanceTime(DEAD_TIME);
    await press("Enter");
    await waitForNone(".register-payment");
});

test("Enter held down on E-mail sends nothing to the address proposed", async () => {
    const { sent } = await setupCounting();
    await openPayment();
    await tap(".register-payment-pay");
    await waitFor(".payment-email");
    await advanceTime(DEAD_TIME);
    queryOne(".payment-email").focus();
    await keyDown("Enter");
    await waitFor(".modal textarea");
    // Not typed: another key would end the repeat.
    const box = queryOne(".modal textarea");
    box.value = "acme@example.com";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await holdEnter();
    expect(".modal textarea").toHaveCount(1);
    expect(sent).toHaveLength(0);
});

test("a hammered Enter has to stop before it counts", async () => {
    const { booked } = await setupCounting();
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-pay");
    await advanceTime(DEAD_TIME);
    // From here on no timer runs by itself: none was begun before.
    freezeTime();
    const hammer = async () => {
        for (let blow = 0; blow < 5; blow++) {
            await press("Enter");
            await advanceTime(DEAD_TIME - 50);
        }
    };
    await click(".invoice-pay");
    await advanceTime(50);
    expect(".register-payment").toHaveCount(1);
    await hammer();
    expect(booked).toHaveLength(0);
    await advanceTime(DEAD_TIME);
    await press("Enter");
    expect(booked).toHaveLength(1);
    await advanceTime(50);
    expect(".payment-done").toHaveCount(1);
    await hammer();
    expect(".payment-done").toHaveCount(1);
    await advanceTime(DEAD_TIME);
    await press("Enter");
    await advanceTime(50);
    expect(".register-payment").toHaveCount(0);
});

test("the second tap of a double tap does not reach what has come under the finger", async () => {
    const { booked } = await setupCounting();
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-pay");
    await advanceTime(DEAD_TIME);
    freezeTime();
    await click(".invoice-pay");
    await advanceTime(50);
    await click(".register-payment-pay");
    expect(booked).toHaveLength(0);
    await advanceTime(DEAD_TIME);
    await click(".register-payment-pay");
    await advanceTime(50);
    await click(".payment-next");
    await advanceTime(50);
    expect(".payment-done").toHaveCount(1);
    expect(booked).toHaveLength(1);
});
