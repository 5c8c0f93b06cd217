import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { parseAmount, toSteps } from "@pos_receivable/payment/utils/amounts";
import { PaymentForm } from "@pos_receivable/payment/utils/payment_form";
import { problemSentence } from "@pos_receivable/payment/utils/problem_sentence";

const EURO = {
    rounding: 0.01,
    decimal_places: 2,
    equal: (one, other) => Math.abs(one - other) < 0.005,
    isPositive: (amount) => amount >= 0.005,
    isNegative: (amount) => amount <= -0.005,
};
const CASH = { id: 11, type: "cash" };
const CARD = { id: 12, type: "bank" };
const FIVE_CENTS = { round: (amount) => Math.round(amount / 0.05) * 0.05 };
const ENGLISH = { decimalPoint: ".", thousandsSep: "," };
const TODAY = "2026-11-20";

const makeShop = (values = {}) => ({
    currency: EURO,
    journals: [CASH, CARD],
    cashRounding: null,
    denominations: [],
    today: TODAY,
    parse: (text) => parseAmount(text, ENGLISH),
    format: (amount) => amount.toFixed(2),
    ...values,
});
const makeInvoice = (id, amount_due, values = {}) => ({
    id,
    name: `INV/${id}`,
    amount_due,
    amount_due_now: amount_due,
    ...values,
});
const makeForm = (invoices = [makeInvoice(1, 640)], entered = {}, shop = {}) =>
    new PaymentForm(makeShop(shop), invoices, entered);
const codes = (form) => form.problems.map(({ field, code }) => `${field}: ${code}`);

describe("how much", () => {
    test("all that is due is proposed, in the first of the methods, today", () => {
        const form = makeForm();
        expect(form.entered).toEqual({
            amount: "640.00",
            typed: {},
            journalId: CASH.id,
            tendered: "",
            date: TODAY,
            reference: "",
            keepsExcess: false,
        });
        expect(form.problems).toEqual([]);
        expect(form.left).toBe(0);
    });

    test("a sum that was named is kept as typed", () => {
        const form = makeForm([makeInvoice(1, 100), makeInvoice(2, 200)], { amount: "1,50" });
        expect(form.entered.amount).toBe("1,50");
        expect(form.amount).toBe(1.5);
    });

    test("a discount is proposed, and counted as long as it is met to the cent", () => {
        const discount = { discount_date: "2026-11-24", discount_percentage: 2 };
        const form = makeForm([makeInvoice(1, 1000, { amount_due_now: 980, ...discount })]);
        expect(form.entered.amount).toBe("980.00");
        expect([form.left, form.discount]).toEqual([0, 20]);
        form.typeAmount("979.99");
        expect([form.left, form.discount]).toEqual([20.01, 0]);
        form.payInFull();
        expect([form.amount, form.left, form.discount]).toEqual([1000, 0, 0]);
    });

    test("what cannot be paid is named, and nothing is said of what would be left", () => {
        const form = makeForm();
        for (const [text, code] of [
            ["640.01", "tooMuch"],
            ["0", "notPositive"],
            ["-1", "notPositive"],
            ["1.005", "tooFine"],
            ["six", "unreadable"],
            [" ", "empty"],
        ]) {
            form.typeAmount(text);
            expect(form.amountProblem.code).toBe(code);
            expect(form.canBePaid).toBe(false);
            expect([form.left, form.discount]).toEqual([null, 0]);
            expect(form.suggestedTenders).toEqual([]);
        }
    });
});

describe("kept on account", () => {
    const keeps = (most = 0) => ({ onAccount: { most } });

    test("what is more than due is kept only when somebody says so", () => {
        const form = makeForm([makeInvoice(1, 640)], {}, keeps());
        form.typeAmount("652.50");
        expect(codes(form)).toEqual(["amount: tooMuch"]);
        expect([form.canKeepExcess, form.excessAmount, form.onAccount]).toEqual([true, 12.5, 0]);
        form.keepExcess();
        expect(codes(form)).toEqual([]);
        expect(form.request).toMatchObject({
            allocations: [{ invoice_id: 1, amount: 640 }],
            on_account: 12.5,
        });
        expect([form.toPay, form.left, form.discount, form.canKeepExcess]).toEqual([
            652.5,
            0,
            0,
            false,
        ]);
    });

    test("another amount is asked about again", () => {
        const form = makeForm([makeInvoice(1, 640)], { amount: "652.50" }, keeps());
        form.keepExcess();
        form.typeAmount("660");
        expect([codes(form), form.onAccount]).toEqual([["amount: tooMuch"], 0]);
        form.typeAmount("600");
        expect([codes(form), form.request.on_account]).toEqual([[], 0]);
    });

    test("so is what became more because less is due", () => {
        const form = makeForm([makeInvoice(1, 640)], { amount: "652.50" }, keeps());
        form.keepExcess();
        form.turnTo([makeInvoice(1, 640)]);
        expect(form.onAccount).toBe(12.5);
        form.turnTo([makeInvoice(1, 600)]);
        expect([codes(form), form.onAccount]).toEqual([["amount: tooMuch"], 0]);
    });

    test("where the shop keeps nothing, it is not offered", () => {
        const form = makeForm([makeInvoice(1, 640)], { amount: "652.50" });
        expect([form.canKeepExcess, codes(form)]).toEqual([false, ["amount: tooMuch"]]);
    });

    test("no more than the shop keeps", () => {
        const form = makeForm([makeInvoice(1, 640)], { amount: "690.01" }, keeps(50));
        form.keepExcess();
        expect(form.amountProblem).toEqual({ field: "amount", code: "tooMuchKept", amount: 50 });
        const deposit = makeForm([], { amount: "50.01" }, keeps(50));
        expect(codes(deposit)).toEqual(["amount: tooMuchKept"]);
    });

    test("several invoices get what is theirs, the rest is kept", () => {
        const invoices = [makeInvoice(1, 100), makeInvoice(2, 200)];
        const form = makeForm(invoices, { amount: "310" }, keeps());
        form.keepExcess();
        expect(form.request).toMatchObject({
            allocations: [
                { invoice_id: 1, amount: 100 },
                { invoice_id: 2, amount: 200 },
            ],
            on_account: 10,
        });
        form.typePart(1, "60");
        expect(codes(form)).toEqual(["split: rest"]);
        form.takeSum(26000);
        expect([form.entered.amount, form.entered.keepsExcess]).toEqual(["270.00", true]);
    });

    test("a deposit pays nothing and is all kept", () => {
        const form = makeForm([], {}, keeps());
        expect([form.isDeposit, form.entered.amount]).toEqual([true, ""]);
        expect(codes(form)).toEqual(["amount: empty"]);
        form.typeAmount("12.50");
        form.tender(20);
        expect(codes(form)).toEqual([]);
        expect([form.onAccount, form.change]).toEqual([12.5, 7.5]);
        expect(form.request).toMatchObject({ allocations: [], on_account: 12.5, invoices: [] });
        const again = makeForm([], form.request.form, keeps());
        expect(again.request).toEqual(form.request);
        form.typeAmount("0");
        expect(codes(form)).toEqual(["amount: notPositive"]);
    });
});

describe("the split", () => {
    const invoices = () => [
        makeInvoice(1, 100, { amount_due_now: 40 }),
        makeInvoice(2, 200),
        makeInvoice(3, 300),
    ];

    test("one invoice has none", () => {
        expect(makeForm().hasSplit).toBe(false);
        expect(makeForm().allocations).toEqual([{ invoice_id: 1, amount: 640 }]);
    });

    test("in order, around what was fixed by hand", () => {
        const form = makeForm(invoices(), { amount: "150" });
        expect(form.allocations).toEqual([
            { invoice_id: 1, amount: 100 },
            { invoice_id: 2, amount: 50 },
        ]);
        form.typePart(1, "");
        form.typePart(3, "30");
        expect(form.allocations).toEqual([
            { invoice_id: 2, amount: 120 },
            { invoice_id: 3, amount: 30 },
        ]);
        expect([form.canBePaid, form.left]).toEqual([true, 450]);
        form.typeAmount("100");
        expect(form.allocations).toEqual([{ invoice_id: 1, amount: 100 }]);
    });

    test("parts that are not the amount keep it from being paid, until either gives way", () => {
        const form = makeForm(invoices());
        form.typePart(2, "150");
        expect(form.problems).toEqual([{ field: "split", code: "rest", amount: 50 }]);
        form.takeSum(55000);
        expect([form.amount, form.canBePaid]).toEqual([550, true]);
        form.typeAmount("10");
        form.typePart(1, "10.50");
        expect(form.problems).toEqual([{ field: "split", code: "rest", amount: -0.5 }]);
        form.spreadAgain();
        expect(form.problems).toEqual([]);
    });

    test("each part has its own limits", () => {
        const form = makeForm(invoices());
        form.typePart(1, "100.01");
        form.typePart(2, "much");
        expect(
            form.partProblems.map(({ code, amount, invoice }) => [code, amount, invoice.id])
        ).toEqual([
            ["tooMuch", 100, 1],
            ["unreadable", 200, 2],
        ]);
        expect(form.left).toBe(null);
    });

    test("due now is each invoice's own, not the oldest's everything", () => {
        const form = makeForm(invoices());
        expect([form.hasDueNow, form.dueNow]).toEqual([true, 540]);
        form.payDueNow();
        expect(form.allocations.map(({ amount }) => amount)).toEqual([40, 200, 300]);
        expect([form.canBePaid, form.left]).toEqual([true, 60]);
        form.payInFull();
        expect(form.entered.typed).toEqual({});
        expect(form.left).toBe(0);
    });
});

describe("the money", () => {
    test("cash gives change, or tells what is missing; a card does neither", () => {
        const form = makeForm();
        expect([form.tendered, form.change]).toEqual([null, null]);
        form.tender(700);
        expect([form.entered.tendered, form.change]).toEqual(["700.00", 60]);
        form.entered.tendered = "600";
        expect(form.problems).toEqual([{ field: "tendered", code: "missing", amount: 40 }]);
        form.entered.tendered = "?";
        expect(codes(form)).toEqual(["tendered: unreadable"]);
        form.entered.journalId = CARD.id;
        expect([form.isCash, form.tendered, form.change]).toEqual([false, null, null]);
        expect(form.canBePaid).toBe(true);
    });

    test("where cash is rounded, so is what is taken in", () => {
        const form = makeForm([makeInvoice(1, 12.33)], {}, { cashRounding: FIVE_CENTS });
        expect([form.isRounded, form.toPay]).toEqual([true, 12.35]);
        form.tender(20);
        expect(form.change).toBe(7.65);
        form.entered.journalId = CARD.id;
        expect([form.isRounded, form.toPay]).toEqual([false, 12.33]);
        form.entered.journalId = CASH.id;
        form.entered.tendered = "";
        form.typeAmount("0.02");
        expect(form.problems).toEqual([{ field: "cash", code: "tooLittle", amount: 0.02 }]);
    });

    test("round sums are suggested, of the shop's own money if it is set up", () => {
        expect(makeForm().suggestedTenders).toEqual([650, 700, 1000]);
        expect(makeForm(undefined, {}, { denominations: [500] }).suggestedTenders).toEqual([1000]);
    });
});

describe("for other invoices", () => {
    const lost = () => makeForm([makeInvoice(9, 70)], { amount: "70.00" });
    const chosen = [makeInvoice(1, 1000), makeInvoice(2, 840)];

    test("a form that turns to those chosen before begins as it would have begun", () => {
        const form = lost();
        form.turnTo(chosen, { amount: "500" });
        expect([form.entered.amount, form.amount]).toEqual(["500", 500]);
        const all = lost();
        all.turnTo(chosen, { amount: "" });
        expect(all.entered.amount).toBe("1840.00");
    });

    test("what was typed stays when they are the same", () => {
        const form = lost();
        form.entered.amount = "30";
        form.turnTo([makeInvoice(9, 60)], { amount: "500" });
        expect(form.entered.amount).toBe("30");
    });
});

describe("all of it", () => {
    test("every problem is told at once", () => {
        const form = makeForm([makeInvoice(1, 10), makeInvoice(2, 20)], {}, { journals: [] });
        form.entered.date = "2026-11-21";
        form.typePart(1, "11");
        // All of it goes to the first, which may not take it; the second is left with the rest.
        expect(codes(form)).toEqual(["journal: none", "part: tooMuch", "date: future"]);
        form.typePart(2, "0");
        expect(codes(form)).toEqual([
            "journal: none",
            "part: tooMuch",
            "split: rest",
            "date: future",
        ]);
    });

    test("what is sent is what is remembered, today being the server's to say", () => {
        const invoices = [makeInvoice(1, 100), makeInvoice(2, 200)];
        const form = makeForm(invoices, { amount: "150" });
        form.typePart(1, "30");
        form.entered.reference = " CHQ-7 ";
        form.tender(200);
        const { request } = form;
        expect(request).toMatchObject({
            journal_id: CASH.id,
            allocations: [
                { invoice_id: 1, amount: 30 },
                { invoice_id: 2, amount: 120 },
            ],
            payment_date: null,
            reference: "CHQ-7",
            tendered: 200,
        });
        const again = makeForm(request.invoices, JSON.parse(JSON.stringify(request.form)));
        expect(again.request).toEqual(request);
        form.typePart(1, "31");
        expect(request.form.typed).toEqual({ 1: "30" });
        form.entered.date = "2026-11-19";
        expect(form.request.payment_date).toBe("2026-11-19");
    });

    test("what was typed stays for the same invoices, be they newer, and not for others", () => {
        const form = makeForm();
        form.typeAmount("100");
        form.turnTo([makeInvoice(1, 90)]);
        expect([form.entered.amount, codes(form)]).toEqual(["100", ["amount: tooMuch"]]);
        form.turnTo([makeInvoice(1, 90), makeInvoice(2, 20)]);
        expect([form.entered.amount, codes(form)]).toEqual(["110.00", []]);
    });

    test("whatever is entered, what can be paid adds up", () => {
        let seed = 1;
        const random = (count) => {
            seed = (seed * 48271) % 2147483647;
            return seed % count;
        };
        const text = () => ["", "x", `${random(300)}`, `${random(30000) / 100}`][random(4)];
        let paid = 0;
        for (let round = 0; round < 2000; round++) {
            const invoices = Array.from({ length: 1 + random(3) }, (_, index) => {
                const due = 1 + random(20000);
                return makeInvoice(index, due / 100, { amount_due_now: (1 + random(due)) / 100 });
            });
            const form = makeForm(
                invoices,
                {},
                {
                    cashRounding: random(2) ? FIVE_CENTS : null,
                    onAccount: random(2) ? { most: random(2) * 100 } : null,
                }
            );
            for (let step = random(4); step; step--) {
                [
                    () => form.typeAmount(text()),
                    () => form.hasSplit && form.typePart(random(invoices.length), text()),
                    () => form.payDueNow(),
                    () => (form.entered.journalId = [CASH, CARD][random(2)].id),
                    () => (form.entered.tendered = text()),
                    () => form.canKeepExcess && form.keepExcess(),
                ][random(6)]();
            }
            if (!form.canBePaid) {
                expect(form.problems).not.toHaveLength(0);
                continue;
            }
            paid++;
            const sums = form.request.allocations.map(({ amount }) => toSteps(amount, EURO));
            const message = JSON.stringify(form.request);
            const kept = toSteps(form.request.on_account, EURO);
            expect(sums.reduce((sum, part) => sum + part, kept)).toBe(toSteps(form.amount, EURO), {
                message,
            });
            expect(kept > 0 && !form.entered.keepsExcess).toBe(false, { message });
            for (const { invoice_id, amount } of form.request.allocations) {
                expect(amount).toBeGreaterThan(0, { message });
                expect(amount).toBeLessThan(invoices[invoice_id].amount_due + 0.001, { message });
            }
            expect(form.change === null || form.change >= 0).toBe(true, { message });
        }
        expect(paid).toBeGreaterThan(500);
    });
});

test("every problem has its sentence, or is shown in another way", () => {
    allowTranslations();
    const words = {
        formatCurrency: (amount) => `€ ${amount.toFixed(2)}`,
        currency: EURO,
        title: "2 invoices",
    };
    const say = (problem) => String(problemSentence(problem, words));
    expect(say({ code: "unreadable" })).toBe("This is not an amount.");
    expect(say({ code: "tooFine" })).toBe("The smallest step is € 0.01.");
    expect(say({ code: "notPositive" })).toBe("The amount must be more than zero.");
    expect(say({ code: "tooMuch", amount: 5 })).toBe(
        "€ 5.00 is the most that can be paid on 2 invoices."
    );
    expect(say({ code: "tooMuch", amount: 5, invoice: { name: "INV/1" } })).toBe(
        "€ 5.00 is the most that can be paid on INV/1."
    );
    expect(say({ code: "tooMuchKept", amount: 50 })).toBe(
        "€ 50.00 is the most that can be kept on account."
    );
    expect(say({ code: "tooLittle", amount: 0.02 })).toBe(
        "€ 0.02 is too little to be paid in cash."
    );
    expect(say({ code: "missing", amount: 40 })).toBe("€ 40.00 is missing.");
    for (const problem of [null, { code: "empty" }, { code: "rest" }, { code: "future" }]) {
        expect(say(problem)).toBe("");
    }
});
