import { expect, test } from "@odoo/hoot";
import {
    advanceTime,
    animationFrame,
    press,
    queryAllTexts,
    queryFirst,
    queryOne,
    waitFor,
    waitForNone,
} from "@odoo/hoot-dom";
import { Deferred } from "@odoo/hoot-mock";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { AssetsLoadingError, assets } from "@web/core/assets";
import { ConnectionLostError } from "@web/core/network/rpc";
import { contains, makeServerError, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { UnpaidInvoicesPopup } from "@pos_receivable/payment/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import {
    makeInvoice,
    makePage,
    makePurchase,
    makeResult,
    openPopup,
    setupCollecting,
    tap,
} from "../utils";

definePosModels();

const partner = { id: 3, name: "Acme" };

test("the frame stands while the invoices are on their way", async () => {
    const answer = new Deferred();
    await setupCollecting({ list: () => answer });
    await openPopup(UnpaidInvoicesPopup, { partner });
    expect(".unpaid-invoices-customer").toHaveText("Acme");
    expect(".placeholder-glow").toHaveCount(4);
    expect(".invoice-card").toHaveCount(0);
    answer.resolve(makePage([makeInvoice()], { total_overdue: 100, credit_total: 20 }));
    await waitFor(".invoice-card");
    expect(".placeholder-glow").toHaveCount(0);
    expect(".unpaid-invoices-count").toHaveText("1 open invoice");
    expect(".unpaid-invoices-due").toHaveText("$ 640.00");
    expect(".unpaid-invoices-overdue").toHaveText("overdue $ 100.00");
    expect(".unpaid-invoices-credit").toHaveText("credit available $ 20.00");
});

test("what is told of the customer stands above the invoices, as text", async () => {
    const notes = [
        { kind: "profile", text: "usually 12 days late (38 invoices)" },
        { kind: "other", text: "<b>x</b>" },
    ];
    await setupCollecting({ list: () => makePage([makeInvoice()], { notes }) });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    expect(queryAllTexts(".unpaid-invoices-header .unpaid-invoices-note")).toEqual(
        notes.map(({ text }) => text)
    );
});

test("a blocked invoice is shown and cannot be paid", async () => {
    await setupCollecting({
        list: () => makePage([makeInvoice({ payable: false, is_blocked: true })]),
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    expect(".invoice-card .badge").toHaveText("Blocked");
    expect(".invoice-pay").toHaveCount(0);
    await contains(".invoice-card").click();
    await animationFrame();
    expect(".invoice-select").toHaveCount(0);
    expect(".unpaid-invoices-pay-selected").toHaveCount(0);
});

test("searching asks the server once the typing pauses and keeps the last answer", async () => {
    const questions = [];
    const answers = { 1: new Deferred(), 12: new Deferred() };
    await setupCollecting({
        list: (partnerId, { search, offset, limit }) => {
            questions.push([partnerId, search, offset, limit]);
            return answers[search] || makePage([makeInvoice()]);
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    await contains(".unpaid-invoices-search").edit("1", { confirm: false });
    await advanceTime(300);
    await contains(".unpaid-invoices-search").edit("12", { confirm: false });
    await advanceTime(300);
    answers["12"].resolve(makePage([makeInvoice({ name: "INV/12" })]));
    await waitFor(".invoice-card");
    answers["1"].resolve(makePage([makeInvoice({ name: "INV/1" })]));
    await animationFrame();
    expect(questions).toEqual([
        [3, "", 0, 40],
        [3, "1", 0, 40],
        [3, "12", 0, 40],
    ]);
    expect(queryAllTexts(".invoice-name")).toEqual(["INV/12"]);
});

test("escape clears the search first, then closes", async () => {
    await setupCollecting({ list: () => makePage([]) });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".unpaid-invoices-empty");
    await contains(".unpaid-invoices-search").edit("nothing", { confirm: false });
    await advanceTime(300);
    await animationFrame();
    expect(".unpaid-invoices-empty").toHaveText("No unpaid invoice matches “nothing”.");
    await press("Escape");
    await animationFrame();
    expect(queryOne(".unpaid-invoices-search").value).toBe("");
    await press("Escape");
    await waitForNone(".unpaid-invoices");
});

test.tags("desktop");
test("typing anywhere goes to the search", async () => {
    await setupCollecting({ list: () => makePage([makeInvoice()]) });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    queryFirst(".invoice-pay").focus();
    await press("/");
    expect(document.activeElement).toBe(queryOne(".unpaid-invoices-search"));
});

test("turning the page asks for the next forty", async () => {
    const offsets = [];
    await setupCollecting({
        list: (partnerId, { offset }) => {
            offsets.push(offset);
            const count = offset ? 20 : 40;
            const invoices = Array.from({ length: count }, (_, index) =>
                makeInvoice({ id: offset + index + 1, name: `INV/${offset + index + 1}` })
            );
            return makePage(invoices, { match_count: 60, invoice_count: 60 });
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    expect(".unpaid-invoices-pager").toHaveText("1–40 of 60");
    await tap("button[aria-label='Next invoices']");
    await waitFor("[data-invoice='INV/60']");
    expect(".unpaid-invoices-pager").toHaveText("41–60 of 60");
    expect("button[aria-label='Next invoices']").not.toBeEnabled();
    expect(offsets).toEqual([0, 40]);
});

test("offline is said at once and trying again recovers", async () => {
    let online = false;
    await setupCollecting({
        list: () => {
            if (!online) {
                throw new ConnectionLostError();
            }
            return makePage([makeInvoice()]);
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".unpaid-invoices [role=alert]");
    expect(".unpaid-invoices [role=alert] span").toHaveText(/You are offline/);
    online = true;
    await tap(".unpaid-invoices [role=alert] button");
    await waitFor(".invoice-card");
});

test("without a connection to fetch the payment screen, that is said and tried again", async () => {
    await setupCollecting({ list: () => makePage([makeInvoice()]) });
    let isConnected = false;
    patchWithCleanup(assets, {
        async loadBundle() {
            if (!isConnected) {
                throw new AssetsLoadingError("unreachable");
            }
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await tap(".invoice-pay");
    await waitFor(".modal-body:contains(You are offline)");
    await contains(".modal:has(:contains(You are offline)) .btn-primary").click();
    isConnected = true;
    await tap(".invoice-pay");
    await waitFor(".register-payment");
});

test("a refusal of the server is shown in its own words", async () => {
    await setupCollecting({
        list: () => {
            throw makeServerError({ message: "This session was closed on another screen." });
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".unpaid-invoices [role=alert]");
    expect(".unpaid-invoices [role=alert] span").toHaveText(
        "This session was closed on another screen."
    );
});

test("paying the last invoice leads back to the order", async () => {
    const invoice = makeInvoice();
    let paid = false;
    await setupCollecting({
        list: () => makePage(paid ? [] : [invoice]),
        book: () => {
            paid = true;
            return makeResult(invoice, 640);
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await tap(".invoice-pay");
    await tap(".register-payment-pay");
    await tap(".payment-next");
    await waitForNone(".unpaid-invoices");
    expect(".o_notification").toHaveText(/Acme has nothing left to pay/);
});

const three = [
    makeInvoice({ id: 1, name: "INV/1", amount_due: 100, next_due_date: "2026-11-01" }),
    makeInvoice({ id: 2, name: "INV/2", amount_due: 200, next_due_date: "2026-11-02" }),
    makeInvoice({
        id: 3,
        name: "INV/3",
        amount_due: 1000,
        amount_due_now: 980,
        discount_percentage: 2,
        discount_date: "2026-11-24",
        next_due_date: "2026-11-03",
    }),
];

test("a tap on the card selects it, and the footer says what the selection comes to", async () => {
    await setupCollecting({ list: () => makePage(three) });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await contains("[data-invoice='INV/3']").click();
    expect("[data-invoice='INV/3'] .invoice-select").toBeChecked();
    expect(".unpaid-invoices-pay-selected").toHaveText(/\(1\) \$ 980\.00$/);
    await contains("[data-invoice='INV/1'] .invoice-select").click();
    expect(".unpaid-invoices-pay-selected").toHaveText(/\(2\) \$ 1,080\.00$/);
    await tap(".unpaid-invoices-pay-selected");
    expect(queryAllTexts(".payment-split-row .fw-bold")).toEqual(["INV/1", "INV/3"]);
    expect(".register-payment-amount").toHaveValue("1,080.00");
    await tap(".register-payment-back");
    await contains("[data-invoice='INV/3']").click();
    await contains("[data-invoice='INV/1']").click();
    expect(".unpaid-invoices-pay-selected").toHaveCount(0);
});

test("the selection outlives a search", async () => {
    await setupCollecting({
        list: (partnerId, { search }) => makePage(search ? [three[1]] : three),
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await contains("[data-invoice='INV/1']").click();
    await contains(".unpaid-invoices-search").edit("2", { confirm: false });
    await advanceTime(300);
    await waitForNone("[data-invoice='INV/1']");
    await contains("[data-invoice='INV/2']").click();
    expect(".unpaid-invoices-pay-selected").toHaveText(/\(2\) \$ 300\.00$/);
});

test("pay all asks for all of them, not only the page", async () => {
    const limits = [];
    await setupCollecting({
        list: (partnerId, { limit }) => {
            limits.push(limit);
            return makePage(limit === 500 ? three : three.slice(0, 1), { match_count: 3 });
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    await tap(".unpaid-invoices-pay-all");
    await waitFor(".register-payment");
    expect(limits).toEqual([40, 500]);
    expect(".register-payment-subject").toHaveText(/3 invoices/);
    expect(".register-payment-amount").toHaveValue("1,280.00");
});

test("a named amount is spread earliest due first", async () => {
    await setupCollecting({ list: () => makePage(three) });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    await tap(".unpaid-invoices-pay-amount");
    await waitFor(".modal .numpad");
    for (const key of ["1", "5", "0"]) {
        await contains(`.numpad button[value='${key}']`).click();
    }
    await press("Enter");
    await waitFor(".register-payment");
    expect([...document.querySelectorAll(".payment-split-part")].map((box) => box.value)).toEqual([
        "100.00",
        "50.00",
        "0.00",
    ]);
    expect(".register-payment-pay").toHaveText("Pay now $ 150.00");
});

test("credit is used on the selected invoices, only when chosen, and the rest is paid", async () => {
    const applied = [];
    let credit = 120;
    await setupCollecting({
        list: () => makePage([three[1]], { credit_total: credit }),
        get_open_credits: () => [
            { id: 71, name: "RINV/1", date: "2026-11-10", kind: "credit_note", amount: 120 },
        ],
        apply_invoice_credits: (...args) => {
            applied.push(args);
            credit = 0;
            return { applied: 120, invoices: [{ ...three[1], amount_due: 80 }], credits: [] };
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await contains("[data-invoice='INV/2']").click();
    await tap(".unpaid-invoices-use-credit");
    await waitFor(".use-credit-row");
    expect(".use-credit-subject").toHaveText("INV/2");
    expect(".use-credit-apply").not.toBeEnabled();
    await contains(".use-credit-row input").click();
    expect(".use-credit-left").toHaveText("Still due afterwards: $ 80.00");
    expect(".use-credit-apply").toHaveText("Use $ 120.00");
    await tap(".use-credit-apply");
    await waitForNone(".use-credit");
    expect(applied).toEqual([[3, [71], [2], []]]);
    expect(".o_notification").toHaveText(/\$ 120\.00 of credit was used/);
    expect(".unpaid-invoices-use-credit").toHaveCount(0);
});

test("a customer who owes nothing is told when they last paid", async () => {
    await setupCollecting({
        list: () =>
            makePage([], {
                last_payment: { name: "P1", date: "2026-11-02", amount: 55, currency_id: 1 },
            }),
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".unpaid-invoices-empty");
    expect(".unpaid-invoices-last-payment").toHaveText(/^Last payment: \$ 55\.00 on Nov 2/);
    expect(".unpaid-invoices-pay-all").toHaveCount(0);
});

/** An attempt that was sent for 640.00 on the invoice, and whose answer never came. */

test("what was bought on account is listed beside invoices and paid by its own key", async () => {
    const purchases = [
        makePurchase({ amount_due: 50 }),
        makePurchase({
            kind: "order_open",
            item_id: undefined,
            pos_payment_uuid: "bought",
            name: "000072",
            amount_due: 30,
        }),
        makePurchase({ item_id: 73, kind: "entry", name: "MISC/1", amount_due: 20 }),
    ];
    const sent = [];
    await setupCollecting({
        list: (partnerId, { kinds }) => {
            expect(kinds).toEqual(["invoice", "order", "order_open", "entry"]);
            return makePage([makeInvoice(), ...purchases]);
        },
        book: (request) => {
            sent.push(request.allocations);
            return new Promise(() => {});
        },
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    expect(".unpaid-invoices-count").toHaveText("4 open items");
    expect(queryAllTexts(".invoice-card .badge")).toEqual([
        "On account",
        "On account, today",
        "Earlier balance",
    ]);
    for (const name of ["000071", "000072", "MISC/1"]) {
        await contains(`[data-invoice='${name}']`).click();
    }
    await tap(".unpaid-invoices-pay-selected");
    await tap(".register-payment-pay");
    expect(sent).toEqual([
        [
            { item_id: 71, amount: 50 },
            { pos_payment_uuid: "bought", amount: 30 },
            { item_id: 73, amount: 20 },
        ],
    ]);
});

test("what can be paid only after its shop has closed says so", async () => {
    await setupCollecting({
        list: () =>
            makePage([
                makePurchase({
                    kind: "order_open",
                    item_id: undefined,
                    pos_payment_uuid: "bought",
                    payable: false,
                }),
            ]),
    });
    await openPopup(UnpaidInvoicesPopup, { partner });
    await waitFor(".invoice-card");
    expect(".invoice-card .badge").toHaveText("On account, today");
    expect(".invoice-card").toHaveText(/once its shop has closed the session/);
    expect(".invoice-pay").toHaveCount(0);
});
