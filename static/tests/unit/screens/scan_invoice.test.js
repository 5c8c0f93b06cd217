import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts, waitFor, waitForNone } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { ConnectionLostError } from "@web/core/network/rpc";
import {
    makeServerError,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { makeInvoice, setupCollecting, tap } from "../utils";

definePosModels();

async function setupScreen(findOpenInvoice) {
    const questions = [];
    const store = await setupCollecting({
        find_open_invoice: (code) => {
            questions.push(code);
            return findOpenInvoice(code);
        },
    });
    const order = store.addNewOrder();
    const screen = await mountWithCleanup(ProductScreen, { props: { orderUuid: order.uuid } });
    const notFound = [];
    // There is no barcode nomenclature here, hence no reader.
    screen.barcodeReader = { showNotFoundNotification: ({ code }) => notFound.push(code) };
    const lookups = [];
    patchWithCleanup(store, {
        loadNewProducts: async (domain) => {
            lookups.push(domain);
            return { "product.product": [] };
        },
    });
    const scan = (text) =>
        screen._barcodeProductAction({ type: "product", code: text, base_code: text });
    return { store, order, screen, scan, questions, notFound, lookups };
}

test("an invoice's number opens its payment, without a customer chosen", async () => {
    const { order, scan, notFound } = await setupScreen(() => ({
        partner: { id: 3, name: "Acme" },
        invoice: makeInvoice(),
    }));
    await scan("INV/2026/00012");
    await waitFor(".register-payment");
    expect(".register-payment-subject").toHaveText(/Acme.*INV\/2026\/00012/s);
    expect(order.getPartner()).toBe(undefined);
    expect(notFound).toEqual([]);
});

test("one scan at a time: another invoice waits until this payment is finished", async () => {
    const { scan, notFound } = await setupScreen((code) => ({
        partner: { id: 3, name: "Acme", commercial_partner_id: 2 },
        invoice: makeInvoice({ name: code }),
    }));
    await Promise.all([scan("INV/1"), scan("INV/2")]);
    await waitFor(".register-payment");
    await scan("INV/3");
    await animationFrame();
    expect(".register-payment").toHaveCount(1);
    expect(".register-payment-subject").toHaveText(/INV\/1/);
    expect(queryAllTexts(".o_notification_content")).toEqual([
        "Finish this payment first, then scan again.",
        "Finish this payment first, then scan again.",
    ]);
    expect(notFound).toEqual([]);
    await tap(".register-payment-back");
    await waitForNone(".register-payment");
    await scan("INV/2");
    await waitFor(".register-payment");
    expect(".register-payment-subject").toHaveText(/INV\/2/);
});

test("a code of nobody's is the core's business, after one question each", async () => {
    const { scan, screen, questions, notFound, lookups } = await setupScreen(() => false);
    await scan("0000");
    expect(questions).toEqual(["0000"]);
    expect(lookups).toHaveLength(1);
    expect(notFound).toEqual(["0000"]);
    await screen._barcodeInvoiceAction({ type: "error", code: "???" });
    expect(notFound).toEqual(["0000", "???"]);
});

test("a product is never asked for as an invoice", async () => {
    const { store, order, scan, questions } = await setupScreen(() => false);
    const product = store.models["product.product"].getAll()[0];
    product.barcode = "4711";
    await scan("4711");
    expect(questions).toEqual([]);
    expect(order.lines).toHaveLength(1);
});

test("a paid invoice is explained, a lost connection leaves it to the core", async () => {
    const answers = [
        makeServerError({ message: "INV/1 was already paid at 10:42 by Anna." }),
        new ConnectionLostError(),
    ];
    const { scan, notFound } = await setupScreen(() => {
        throw answers.shift();
    });
    await scan("INV/1");
    await animationFrame();
    expect(".modal-body:contains(INV/1 was already paid at 10:42 by Anna.)").toHaveCount(1);
    expect(notFound).toEqual([]);
    await scan("INV/1");
    expect(notFound).toEqual(["INV/1"]);
});
