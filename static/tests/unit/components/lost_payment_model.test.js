import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ConnectionLostError } from "@web/core/network/rpc";
import { getService, makeServerError } from "@web/../tests/web_test_helpers";
import { UnpaidInvoicesPopup } from "@pos_receivable/payment/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import { DEAD_TIME } from "@pos_receivable/payment/utils/meant_press";
import {
    getReceivables,
    makeInvoice,
    makePage,
    makeResult,
    openPopup,
    setupCollecting,
    tap,
} from "../utils";

definePosModels();

const INVOICES = [
    makeInvoice({ id: 1, name: "INV/1", amount_due: 100 }),
    makeInvoice({ id: 2, name: "INV/2", amount_due: 200 }),
];
const ROUNDS = 10;
const STEPS = 10;

function makeRandom(seed) {
    const random = (count) => {
        seed = (seed * 48271) % 2147483647;
        return seed % count;
    };
    return { random, pick: (things) => things[random(things.length)] };
}

/**
 * A server that books, refuses and takes back, behind a line that loses requests and answers, or
 * delivers a request when the till has long given up.
 */
class Server {
    constructor({ random, pick }) {
        Object.assign(this, { random, pick });
        this.payments = new Map();
        this.sent = new Set();
        this.closed = new Set();
        this.late = [];
        /** What was really said to the till, in this step: `{uuid, says}`. */
        this.answers = [];
    }

    deliver(arrive, answer) {
        switch (this.pick(["lost", "late", "late", "answerLost", "expired", "broken", "", ""])) {
            case "lost":
                throw new ConnectionLostError();
            case "late":
                this.late.push(arrive);
                throw new ConnectionLostError();
            case "answerLost":
                arrive();
                throw new ConnectionLostError();
            case "expired":
                throw makeServerError({ errorName: "odoo.http.SessionExpiredException" });
            case "broken":
                throw makeServerError({ errorName: "psycopg2.OperationalError" });
        }
        arrive();
        return answer();
    }

    book({ uuid, allocations }) {
        const isFirst = !this.sent.has(uuid);
        this.sent.add(uuid);
        const mayBook = this.random(4) > 0;
        const arrive = () => {
            if (!this.payments.has(uuid) && !this.closed.has(uuid) && mayBook) {
                const amount = allocations.reduce((sum, part) => sum + part.amount, 0);
                this.payments.set(uuid, { amount, isTakenBack: false });
            }
        };
        try {
            return this.deliver(arrive, () => {
                if (!this.payments.has(uuid)) {
                    throw makeServerError({ message: "refused in words" });
                }
                const { invoices, ...payment } = this.describe(uuid);
                return { payment, invoices };
            });
        } catch (error) {
            if (isFirst && !(error instanceof ConnectionLostError)) {
                this.answers.push({ uuid, says: "refused" });
            }
            throw error;
        }
    }

    close(uuid) {
        const arrive = () => !this.payments.has(uuid) && this.closed.add(uuid);
        return this.deliver(arrive, () => {
            if (this.payments.has(uuid)) {
                return this.describe(uuid);
            }
            this.answers.push({ uuid, says: "not booked" });
            return false;
        });
    }

    describe(uuid) {
        const { amount, isTakenBack } = this.payments.get(uuid);
        this.answers.push({ uuid, amount, says: isTakenBack ? "taken back" : "paid" });
        const { payment, invoices } = makeResult(INVOICES[0], amount);
        const voided = { user_name: "Max", reason: "elsewhere" };
        return {
            ...payment,
            invoices,
            state: isTakenBack ? "voided" : "posted",
            void: isTakenBack && voided,
        };
    }

    takeOneBack() {
        for (const payment of this.payments.values()) {
            if (!payment.isTakenBack && this.random(2)) {
                payment.isTakenBack = true;
                return;
            }
        }
    }
}

function readPhase() {
    const phases = { paid: ".payment-done", lost: ".register-payment-lost", form: "form" };
    return Object.keys(phases).find((phase) => queryFirst(phases[phase])) || "list";
}

const openList = () => openPopup(UnpaidInvoicesPopup, { partner: { id: 3, name: "Acme" } });

async function reload() {
    getService("dialog").closeAll();
    await animationFrame();
    await openList();
}

const ACTIONS = {
    payFirst: () => tap("[data-invoice='INV/1'] .invoice-pay"),
    paySecond: () => tap("[data-invoice='INV/2'] .invoice-pay"),
    async payBoth() {
        for (const card of ["INV/1", "INV/2"]) {
            if (!queryFirst(`[data-invoice='${card}'] .invoice-select:checked`)) {
                await tap(`[data-invoice='${card}'] .invoice-details`);
            }
        }
        await tap(".unpaid-invoices-pay-selected");
    },
    pay: () => tap(".register-payment-pay"),
    check: () => tap(".register-payment-check"),
    back: () => tap(".register-payment-back"),
    next: () => tap(".payment-next"),
    reload,
};
/** As often as people do it, more or less. */
const CHOICES = {
    list: ["payFirst", "payFirst", "paySecond", "payBoth", "reload"],
    form: ["pay", "pay", "pay", "pay", "pay", "back", "reload"],
    lost: ["pay", "pay", "pay", "check", "back", "reload"],
    paid: ["next", "next", "next", "reload"],
};

/** Whether the screen says what the server has just said of one payment. */
function isTold({ says, amount }, phase) {
    const texts = queryAllTexts(
        ".register-payment-notice, .unpaid-invoices-notice, .register-payment-refusal"
    ).join("\n");
    switch (says) {
        case "paid":
            return (
                phase === "paid" && queryFirst(".payment-done").innerText.includes(`${amount}.00`)
            );
        case "taken back":
            return phase !== "paid" && /taken back/.test(texts);
        case "refused":
            return phase === "form" && /refused in words|logged out|went wrong/.test(texts);
    }
    return phase !== "paid" && /othing was booked|not booked/.test(texts);
}

async function playRound(store, server, { pick, random }) {
    const resolved = new Map();
    const story = [];
    const message = () => story.join(" → ");
    await openList();
    for (let step = 0; step < STEPS; step++) {
        server.answers = [];
        const phase = readPhase();
        const action = pick(CHOICES[phase]);
        story.push(`${phase}: ${action}`);
        await ACTIONS[action]();
        await advanceTime(DEAD_TIME);
        const shown = readPhase();
        for (const answer of server.answers) {
            expect(isTold(answer, shown)).toBe(true, {
                message: `${message()} → ${shown}, told: ${answer.says}`,
            });
            resolved.set(answer.uuid, answer.says);
        }
        const remembered = getReceivables().attempts.all.map(({ uuid }) => uuid);
        expect([...server.sent].filter((uuid) => !resolved.has(uuid)).sort()).toEqual(
            remembered.sort(),
            { message: `${message()}: what is not known is remembered` }
        );
        if (shown === "form") {
            expect(".register-payment-pay").toHaveText(/^Pay now/);
        }
        if (server.late.length && random(3) === 0) {
            story.push("a late request arrives");
            server.late.shift()();
        }
        if (random(4) === 0) {
            story.push("taken back elsewhere");
            server.takeOneBack();
        }
    }
    server.late.forEach((arrive) => arrive());
    for (const [uuid, says] of resolved) {
        const isBooked = says === "paid" || says === "taken back";
        expect(server.payments.has(uuid)).toBe(isBooked, { message: `${message()}: ${says}` });
    }
    getService("dialog").closeAll();
    await animationFrame();
    getReceivables().attempts.write([]);
}

for (const seed of [1, 2]) {
    test.tags("desktop"); // the same on a phone
    test.timeout(60000);
    test(`whatever gets lost, the screen and the books agree (${seed})`, async () => {
        const chance = makeRandom(seed * 7919);
        let server;
        const store = await setupCollecting({
            list: () => makePage(INVOICES),
            book: (request) => server.book(request),
            close_invoice_payment_attempt: (uuid) => server.close(uuid),
            read: () => [{ id: 1, state: "opened" }],
        });
        for (let round = 0; round < ROUNDS; round++) {
            server = new Server(chance);
            await playRound(store, server, chance);
        }
    });
}
