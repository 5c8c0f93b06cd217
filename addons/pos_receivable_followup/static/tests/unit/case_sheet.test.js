import { expect, test } from "@odoo/hoot";
import { click, edit, press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { getService, mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";

import { CaseSheet } from "@pos_receivable_followup/case_sheet/case_sheet";

definePosModels();

const ITEM = {
    move_id: 70,
    date: "2026-01-01",
    currency_id: 1,
    is_invoice: true,
    disputed: 0,
    chance: 0.25,
    silence: "",
};
const SHEET = {
    id: 7,
    partner: { id: 3, name: "Acme", phone: "+1 555 0100", email: "", lang: "en_US" },
    currency_id: 1,
    looked_at: "2026-02-01T10:00:00.000001",
    figures: {
        overdue: 350,
        credits: 0,
        disputed: 0,
        promised: 0,
        silent: 0,
        expected: 87.5,
        unpaid_chance: 0.25,
        oldest_due: "2026-01-15",
    },
    action: { code: "call", label: "Call", reasons: ["350.00 is late."] },
    seen: "",
    is_insolvent: false,
    snoozed_until: false,
    items: [
        {
            ...ITEM,
            id: 1,
            name: "INV/1",
            due_date: "2026-01-15",
            days_late: 17,
            amount: 300,
            amount_currency: 300,
            disputed: 50,
            ticked: true,
        },
        {
            ...ITEM,
            id: 2,
            name: "INV/2",
            move_id: 71,
            due_date: "2026-01-20",
            days_late: 12,
            amount: 100,
            amount_currency: 100,
            ticked: true,
        },
        {
            ...ITEM,
            id: 3,
            name: "INV/3",
            move_id: 72,
            due_date: "2026-03-01",
            days_late: 0,
            amount: 40,
            amount_currency: 40,
            ticked: false,
        },
    ],
    credits: [],
    waiting: [],
    promises: [],
    disputes: [],
    pays: "Usually 12 days late.",
    keep_rate: null,
    usual_day: "2026-02-09",
    contacts: [],
    reminders: [],
    can_write: true,
};

const refusal = (message) =>
    Object.assign(new RPCError(message), {
        exceptionName: "odoo.exceptions.UserError",
        data: { message },
    });

/** Mount the sheet; what the server is asked for is noted as a step, and answered by `answers`. */
async function mountSheet(answers = {}) {
    await setupPosEnv();
    const asked = [];
    patchWithCleanup(getService("orm"), {
        async call(model, method, args, kwargs) {
            if (model !== "pos_receivable.case") {
                return super.call(...arguments);
            }
            asked.push({ method, kwargs });
            expect.step(method);
            return (await answers[method]?.(asked)) || SHEET;
        },
    });
    await mountWithCleanup(MainComponentsContainer);
    const record = { resId: 7 };
    await mountWithCleanup(CaseSheet, { props: { record } });
    await animationFrame();
    return asked;
}

async function promise() {
    await click(".o_case_promise");
    await animationFrame();
}

async function submit() {
    await click(".o_case_submit");
    await animationFrame();
}

test("a sheet shows what is owed, and the ticked total without what is disputed", async () => {
    await mountSheet();
    expect(queryAllTexts(".o_case_item label .fw-bold")).toEqual(["INV/1", "INV/2", "INV/3"]);
    expect(".o_case_ticked").toHaveText(/Ticked \(2\)\s.*350\.00/);
    await click(".o_case_item input:last");
    await animationFrame();
    expect(".o_case_ticked").toHaveText(/Ticked \(3\)\s.*390\.00/);
    expect.verifySteps(["get_sheet"]);
});

test("a promise is filled with the ticked total and their usual day", async () => {
    const asked = await mountSheet();
    await promise();
    expect(".o_case_dialog input[inputmode=decimal]").toHaveValue("350.00");
    expect(document.querySelector(".o_case_dialog input[type=date]").value).toBe("2026-02-09");
    await submit();
    expect.verifySteps(["get_sheet", "take_promise"]);
    expect(asked[1].kwargs).toMatchObject({
        amount: 350,
        date: "2026-02-09",
        item_ids: [1, 2],
        note: "",
        seen: SHEET.looked_at,
    });
    expect(".o_case_dialog").toHaveCount(0);
});

test("what is no amount is not sent", async () => {
    await mountSheet();
    await promise();
    await click(".o_case_dialog input[inputmode=decimal]");
    await edit("much");
    await submit();
    expect(".o_case_message").toHaveText(/Enter the amount/);
    expect.verifySteps(["get_sheet"]);
});

test("what is pressed twice is done once", async () => {
    const answer = new Deferred();
    await mountSheet({ take_promise: () => answer });
    await promise();
    await click(".o_case_submit");
    await click(".o_case_submit");
    await animationFrame();
    expect(".o_case_submit").not.toBeEnabled();
    answer.resolve(SHEET);
    await animationFrame();
    expect.verifySteps(["get_sheet", "take_promise"]);
    expect(".o_case_dialog").toHaveCount(0);
});

test("a refusal is shown, and after reloading what was entered is still there", async () => {
    const later = { ...SHEET, looked_at: "2026-02-01T10:43:00.000001", seen: "Dan was here." };
    const refuse = (asked) => {
        if (asked.length === 2) {
            throw refusal("Dan logged a call at 10:42.");
        }
    };
    const asked = await mountSheet({
        take_promise: refuse,
        get_sheet: (done) => (done.length > 1 ? later : SHEET),
    });
    await promise();
    await click(".o_case_dialog input[inputmode=decimal]");
    await edit("120");
    await submit();
    expect(".o_case_message").toHaveText(/Dan logged a call at 10:42/);
    await click(".o_case_dialog .o_case_reload");
    await animationFrame();
    expect(".o_case_told").toHaveText("Dan was here.");
    expect(".o_case_dialog input[inputmode=decimal]").toHaveValue("120");
    await submit();
    expect.verifySteps(["get_sheet", "take_promise", "get_sheet", "take_promise"]);
    expect(asked[3].kwargs.seen).toBe(later.looked_at);
});

test("while an answer is missing nothing can be done", async () => {
    await mountSheet({
        take_promise: () => {
            throw new ConnectionLostError("/web");
        },
    });
    await promise();
    await submit();
    expect(".o_case_message").toHaveText(/No answer came/);
    expect(".o_case_submit").not.toBeEnabled();
    await click(".o_case_dialog .o_case_reload");
    await animationFrame();
    expect(".o_case_told").toHaveText(/Nothing has been noted/);
    expect(".o_case_submit").toBeEnabled();
    expect.verifySteps(["get_sheet", "take_promise", "get_sheet"]);
});

test("a sheet that does not come says so, and is asked for again", async () => {
    let isDown = true;
    await mountSheet({
        get_sheet: () => {
            if (isDown) {
                throw new ConnectionLostError("/web");
            }
        },
    });
    expect(".o_case_failure").toHaveText(/could not be read/);
    isDown = false;
    await click(".o_case_reload");
    await animationFrame();
    expect(".o_case_failure").toHaveCount(0);
    expect(".o_case_item").toHaveCount(3);
    expect.verifySteps(["get_sheet", "get_sheet"]);
});

test("arrows go from box to box, a held key presses nothing", async () => {
    await mountSheet();
    expect(".o_case_item:first input").toBeFocused();
    await press("ArrowDown");
    expect(".o_case_item:eq(1) input").toBeFocused();
    const held = new KeyboardEvent("keydown", {
        key: "Enter",
        repeat: true,
        bubbles: true,
        cancelable: true,
    });
    document.querySelector(".o_case_promise").dispatchEvent(held);
    expect(held.defaultPrevented).toBe(true);
    expect.verifySteps(["get_sheet"]);
});

test("who only reads sees no buttons", async () => {
    await mountSheet({ get_sheet: () => ({ ...SHEET, can_write: false }) });
    expect(".o_case_deeds").toHaveCount(0);
    expect(".o_case_next").toHaveCount(1);
    expect.verifySteps(["get_sheet"]);
});
