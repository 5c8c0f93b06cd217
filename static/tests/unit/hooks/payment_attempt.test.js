import { beforeEach, expect, test } from "@odoo/hoot";
import { Deferred } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { allowTranslations, makeServerError } from "@web/../tests/web_test_helpers";
import { PaymentAttempts } from "@pos_receivable/app/utils/payment_attempts";
import { PaymentAttempt } from "@pos_receivable/payment/hooks/payment_attempt";

const INVOICE = { id: 1, name: "INV/1" };
const REQUEST = { allocations: [{ invoice_id: 1, amount: 10 }], invoices: [INVOICE] };
const PAID = { payment: { state: "posted" }, invoices: [] };
const TAKEN_BACK = {
    payment: { state: "voided", void: { user_name: "Max", reason: "wrong" } },
    invoices: [],
};

beforeEach(allowTranslations);

/** An attempt whose server gives these answers, one after the other; an error is thrown. */
function start(answers, from = {}) {
    const attempts = new PaymentAttempts(browser.localStorage, 1);
    const sent = [];
    const answer = async (request) => {
        sent.push(request.uuid);
        const said = await answers.shift();
        if (said instanceof Error) {
            throw said;
        }
        return said;
    };
    const attempt = new PaymentAttempt(
        {
            receivables: { attempts, isOffline: false, book: answer, settle: answer },
            screens: { leaveIfSessionClosed: () => {} },
        },
        { invoices: [INVOICE], onFree: () => expect.step("free"), ...from }
    );
    return { attempt, attempts, sent };
}

test("booked at once", async () => {
    const answer = new Deferred();
    const { attempt } = start([answer]);
    expect([attempt.phase, attempt.isLocked, attempt.hasMoved]).toEqual(["form", false, false]);
    const sending = attempt.send(REQUEST);
    expect([attempt.phase, attempt.isLocked, attempt.hasMoved]).toEqual(["sending", true, true]);
    answer.resolve(PAID);
    await sending;
    expect([attempt.phase, attempt.result]).toEqual(["paid", PAID]);
    expect.verifySteps([]);
});

test("sent once, however often it is asked for", async () => {
    const answer = new Deferred();
    const { attempt, sent } = start([answer, PAID, PAID]);
    const sending = attempt.send(REQUEST);
    await attempt.send(REQUEST);
    await attempt.sendAgain();
    await attempt.check();
    expect(sent).toHaveLength(1);
    answer.resolve(PAID);
    await sending;
    await attempt.send(REQUEST);
    expect(sent).toHaveLength(1);
});

test("refused, and another one after it", async () => {
    const refusal = () => makeServerError({ message: "No." });
    const { attempt, sent } = start([refusal(), refusal()]);
    await attempt.send(REQUEST);
    expect([attempt.phase, attempt.refusal, attempt.request]).toEqual(["form", "No.", null]);
    await attempt.send(REQUEST);
    expect(sent[0]).not.toBe(sent[1]);
    expect.verifySteps(["free", "free"]);
});

test("lost, the same one goes again until its fate is known", async () => {
    const { attempt, sent } = start([new ConnectionLostError(), new ConnectionLostError(), PAID]);
    await attempt.send(REQUEST);
    expect(attempt.phase).toBe("lost");
    await attempt.send({ ...REQUEST, allocations: [] });
    await attempt.check();
    expect(String(attempt.refusal)).toMatch(/Still no connection/);
    await attempt.sendAgain();
    expect(attempt.phase).toBe("paid");
    expect(new Set(sent).size).toBe(1);
    expect(sent).toHaveLength(3);
    expect.verifySteps([]);
});

test("lost, the server says that there is none, or that it was taken back", async () => {
    for (const [answer, notice] of [
        [{ isClosed: true }, /Nothing was booked/],
        [TAKEN_BACK, /taken back since by Max: wrong/],
    ]) {
        const { attempt } = start([new ConnectionLostError(), answer]);
        await attempt.send(REQUEST);
        await attempt.check();
        expect([attempt.phase, attempt.isChecking, attempt.request]).toEqual(["form", false, null]);
        expect(String(attempt.notice)).toMatch(notice);
        expect.verifySteps(["free"]);
    }
});

test("sent before: found again by its invoices, and a refusal says nothing of it", async () => {
    new PaymentAttempts(browser.localStorage, 1).remember({ uuid: "before", ...REQUEST });
    const { attempt, attempts, sent } = start([makeServerError({ message: "No." })]);
    expect([attempt.phase, attempt.hasMoved]).toEqual(["lost", true]);
    expect(attempts.find([1]).wasLost).toBe(true);
    await attempt.sendAgain();
    expect([attempt.phase, attempt.refusal]).toEqual(["lost", "No."]);
    expect(sent).toEqual(["before"]);
    expect.verifySteps([]);
});

test("what is no answer of the server's goes on, and nothing is free", async () => {
    const { attempt } = start([new Error("ours")]);
    await expect(attempt.send(REQUEST)).rejects.toThrow("ours");
    expect(attempt.phase).toBe("lost");
});

test("while it is checked nothing else is sent, however often it is asked for", async () => {
    const answer = new Deferred();
    const { attempt, sent } = start([new ConnectionLostError(), answer, PAID]);
    await attempt.send(REQUEST);
    const checking = attempt.check();
    expect(attempt.isBusy).toBe(true);
    await attempt.sendAgain();
    await attempt.check();
    expect(sent).toHaveLength(2);
    answer.resolve({ isClosed: true });
    await checking;
    expect([attempt.phase, attempt.isBusy]).toEqual(["form", false]);
    expect.verifySteps(["free"]);
});

test("an answer about one payment says nothing of another", async () => {
    const first = { uuid: "first", wasLost: true, ...REQUEST };
    const { attempt } = start([new Deferred()]);
    attempt.send(REQUEST);
    const current = attempt.request;
    attempt.take(first, { isClosed: true });
    attempt.fail(first, makeServerError({ message: "Given up." }));
    attempt.fail(first, new ConnectionLostError());
    attempt.take(first, PAID);
    expect([attempt.phase, attempt.request, attempt.refusal]).toEqual(["sending", current, ""]);
    expect.verifySteps([]);
});
