import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { openPopup, setupCollecting } from "@pos_receivable/../tests/unit/utils";
import { StatementPopup } from "@pos_receivable_customer/statement/components/popups/statement_popup/statement_popup";
import { StatementReceipt } from "@pos_receivable_customer/statement/components/statement_receipt/statement_receipt";
import { agesOf, remarksOf, withLines } from "@pos_receivable_customer/statement/utils/statement";

definePosModels();

function makeSection(values = {}) {
    return {
        currency_id: 1,
        currency_name: "USD",
        line_count: 1,
        open_count: 1,
        opening: 0,
        listed: 640,
        exchange: 0,
        closing: 640,
        open: 640,
        elsewhere: 0,
        converted: 0,
        not_due: 0,
        late_30: 640,
        late_60: 0,
        late_90: 0,
        late_more: 0,
        credits: 0,
        ...values,
    };
}

function makeLine(values = {}) {
    return {
        id: 1,
        currency_id: 1,
        date: "2026-10-01",
        due_date: "2026-11-01",
        days_overdue: 20,
        kind: "invoice",
        move_id: 1,
        name: "INV/2026/00012",
        ref: "",
        buyer_name: "",
        amount: 900,
        residual: 640,
        balance: 640,
        ...values,
    };
}

function makeStatement(values = {}) {
    const lines = values.lines || [makeLine()];
    return {
        partner: { id: 3, name: "Acme", commercial_partner_id: 2, commercial_partner_name: "Acme" },
        company_name: "Shop",
        kind: "open",
        date_from: false,
        date_to: "2026-11-21",
        checksum: "ABCD EF01 2345",
        line_count: lines.length,
        portal_url: "",
        sections: [makeSection()],
        lines,
        unclosed: [],
        ...values,
    };
}

async function openStatement(tell, others = {}) {
    const asked = [];
    const store = await setupCollecting({
        get_account_statement: () => {},
        ...others,
    });
    const call = store.data.call;
    store.data.call = async function (model, method, args, kwargs) {
        if (method === "get_account_statement") {
            const question = { ...kwargs };
            delete question.context;
            asked.push(question);
            return tell(question);
        }
        return call.call(this, model, method, args, kwargs);
    };
    await openPopup(StatementPopup, { partner: { id: 3, name: "Acme" }, getPayload: () => {} });
    await animationFrame();
    return { store, asked };
}

test("what is open, how late it is, and what the last of it was", async () => {
    await openStatement(() => makeStatement());
    await waitFor(".account-statement-line");
    expect(".account-statement-total").toHaveText("$ 640.00");
    expect(".account-statement-ages").toHaveText(/1–30 days late\s+\$ 640.00/);
    expect(".account-statement-line .badge").toHaveText("20 days late");
    expect(".account-statement-line").toHaveText(/of \$ 900.00/);
    expect(".account-statement-checksum").toHaveText("ABCD EF01 2345");
    expect(".account-statement-closing").toHaveCount(0);
});

test("activity has a balance before, after each line, and at the end", async () => {
    const { asked } = await openStatement(({ kind }) =>
        makeStatement({
            kind,
            date_from: kind === "activity" ? "2026-09-01" : false,
            sections: [makeSection({ opening: 100, closing: 740, exchange: 0 })],
            lines: [makeLine({ amount: 640, balance: 740 })],
        })
    );
    await contains(".account-statement-activity").click();
    await waitFor(".account-statement-opening");
    expect(asked.at(-1).kind).toBe("activity");
    expect(".account-statement-opening").toHaveText(/\$ 100.00/);
    expect(".account-statement-line").toHaveText(/\$ 740.00/);
    expect(".account-statement-closing").toHaveText(/\$ 740.00/);
});

test("long statements are turned page by page", async () => {
    const { asked } = await openStatement(({ offset }) =>
        makeStatement({ lines: [makeLine({ name: `INV/${offset}` })], line_count: 90 })
    );
    await waitFor(".unpaid-invoices-pager");
    await contains(".unpaid-invoices-pager button:last-child").click();
    await animationFrame();
    expect(".account-statement-line").toHaveText(/INV\/40/);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 40]);
});

test("printed are forty lines: the first that are open, the last that were booked", async () => {
    const { store, asked } = await openStatement(({ kind }) =>
        makeStatement({ kind, date_from: "2026-09-01", line_count: 90 })
    );
    const prints = [];
    store.printer.print = async (component, { offset }) => prints.push(offset);
    await contains(".account-statement-print").click();
    await contains(".account-statement-activity").click();
    await contains(".account-statement-print").click();
    await animationFrame();
    expect(prints).toEqual([0, 50]);
    expect(asked.filter(({ limit, offset }) => limit === 40 && offset === 50)).toHaveLength(1);
});

test("a statement is e-mailed as it is shown", async () => {
    const sent = [];
    const { store } = await openStatement(() => makeStatement());
    const call = store.data.call;
    store.data.call = async function (model, method, args, kwargs) {
        if (method === "email_account_statement") {
            sent.push(kwargs);
            return true;
        }
        return call.call(this, model, method, args, kwargs);
    };
    await contains(".account-statement-email").click();
    await contains(".modal textarea").edit("anna@acme.example", { confirm: false });
    await contains(".modal-footer button:contains(Apply)").click();
    await animationFrame();
    expect(sent.map(({ kind, email }) => [kind, email])).toEqual([["open", "anna@acme.example"]]);
    expect(".o_notification").toHaveText(/on its way to anna@acme.example/);
});

test("whether a statement was sent is not known when the answer is lost", async () => {
    const { store } = await openStatement(() => makeStatement());
    const call = store.data.call;
    store.data.call = async function (model, method, args, kwargs) {
        if (method === "email_account_statement") {
            throw new ConnectionLostError("");
        }
        return call.call(this, model, method, args, kwargs);
    };
    await contains(".account-statement-email").click();
    await contains(".modal textarea").edit("anna@acme.example", { confirm: false });
    await contains(".modal-footer button:contains(Apply)").click();
    await animationFrame();
    expect(".o_notification").toHaveText(/not known whether the statement was sent/);
});

test("a lost connection is told, and asked again on request", async () => {
    let isOffline = true;
    await openStatement(() => {
        if (isOffline) {
            throw new ConnectionLostError("");
        }
        return makeStatement();
    });
    await waitFor(".alert-danger:contains(You are offline)");
    isOffline = false;
    await contains(".alert-danger button").click();
    await waitFor(".account-statement-line");
});

test("two currencies are told apart, and what stands between open and balance", async () => {
    await openStatement(() =>
        makeStatement({
            sections: [
                makeSection(),
                makeSection({
                    currency_id: 99,
                    currency_name: "XCU",
                    open: 0,
                    closing: 70,
                    converted: 70,
                    late_30: 0,
                }),
            ],
            unclosed: [
                { name: "Order 12", currency_id: 1, currency_name: "USD", amount: 5, date: "" },
            ],
        })
    );
    await waitFor("[data-currency=XCU]");
    expect("[data-currency=XCU]").toHaveText(/Settled in another currency/);
    expect("[data-currency=XCU] .account-statement-closing").toHaveText(/70.00/);
    expect(queryAllTexts(".account-statement-unclosed")[0]).toMatch(/Order 12/);
});

test("only what there is something to tell of is told", () => {
    expect(agesOf(makeSection()).map(({ key }) => key)).toEqual(["late_30"]);
    expect(remarksOf(makeSection({ exchange: 2, elsewhere: 3 }), "open")).toHaveLength(1);
    expect(remarksOf(makeSection({ exchange: 2, elsewhere: 3 }), "activity")).toHaveLength(2);
    const [section] = withLines(
        makeStatement({ lines: [makeLine(), makeLine({ currency_id: 2 })] })
    );
    expect(section.lines).toHaveLength(1);
});

test("paper has the figures of the screen, and says how many lines it leaves out", async () => {
    await setupCollecting();
    const statement = makeStatement({
        kind: "activity",
        date_from: "2026-09-01",
        line_count: 42,
        portal_url: "https://shop.example/my/invoices",
        sections: [makeSection({ opening: 100, closing: 740 })],
        lines: [makeLine({ amount: 600 }), makeLine({ id: 2, amount: 40, kind: "payment" })],
    });
    await mountWithCleanup(StatementReceipt, { props: { statement, offset: 40 } });
    expect(".receipt-customer").toHaveText("Acme");
    expect(queryAllTexts(".receipt-amount")).toEqual(["$ 600.00", "$ 40.00"]);
    expect(".receipt-opening").toHaveText("$ 100.00");
    expect(".receipt-closing").toHaveText("$ 740.00");
    expect(".receipt-open").toHaveText("$ 640.00");
    expect(".receipt-left-out").toHaveText("40 more lines are in the totals.");
    expect(".receipt-checksum").toHaveText("ABCD EF01 2345");
    expect("img[alt='Pay online']").toHaveCount(1);
});
