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
import { ConnectionLostError } from "@web/core/network/rpc";
import { contains, makeServerError } from "@web/../tests/web_test_helpers";
import { UnpaidInvoicesPopup } from "@pos_receivable/app/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import { makeInvoice, makePage, makeResult, openPopup, setupCollecting } from "../utils";

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
    expect(".register-payment").toHaveCount(0);
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
    await contains("button[aria-label='Next invoices']").click();
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
    await contains(".unpaid-invoices [role=alert] button").click();
    await waitFor(".invoice-card");
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
    await contains(".invoice-card").click();
    await contains(".register-payment-pay").click();
    await contains(".payment-next").click();
    await waitForNone(".unpaid-invoices");
    expect(".o_notification").toHaveText(/Acme has nothing left to pay/);
});
