import { beforeEach, expect, test } from "@odoo/hoot";
import { Deferred } from "@odoo/hoot-mock";
import { ConnectionLostError } from "@web/core/network/rpc";
import { allowTranslations, makeServerError } from "@web/../tests/web_test_helpers";
import { Loaded } from "@pos_receivable/payment/hooks/loaded";

beforeEach(allowTranslations);

function makeLoaded(ask) {
    const screens = { leaveIfSessionClosed: () => expect.step("looked whether it is closed") };
    return new Loaded(screens, ask, {
        offlineMessage: () => "offline",
        onLoaded: (data) => expect.step(`loaded ${data}`),
    });
}

test("on its way, there, and there still while it is asked for anew", async () => {
    const answers = [new Deferred(), new Deferred()];
    const loaded = makeLoaded((index) => answers[index]);
    const first = loaded.load(0);
    expect([loaded.status, loaded.data]).toEqual(["loading", null]);
    answers[0].resolve("one");
    await first;
    expect([loaded.status, loaded.isReady, loaded.data]).toEqual(["ready", true, "one"]);
    loaded.load(1);
    expect([loaded.status, loaded.data]).toEqual(["loading", "one"]);
    expect.verifySteps(["loaded one"]);
});

test("the answer to an earlier question, or its failure, is too late", async () => {
    const answers = [new Deferred(), new Deferred(), new Deferred()];
    const loaded = makeLoaded((index) => answers[index]);
    const early = [loaded.load(0), loaded.load(1)];
    const last = loaded.load(2);
    answers[2].resolve("last");
    expect(await last).toBe(true);
    answers[0].resolve("first");
    answers[1].reject(new ConnectionLostError());
    // Who waits for an earlier one goes on, and knows that it is not what is shown.
    expect(await Promise.all(early)).toEqual([false, false]);
    expect([loaded.status, loaded.data]).toEqual(["ready", "last"]);
    expect.verifySteps(["loaded last"]);
});

test("why it is not to be had, and tried again", async () => {
    const answers = [
        () => Promise.reject(new ConnectionLostError()),
        () => Promise.reject(makeServerError({ message: "No." })),
        async () => "there",
    ];
    const loaded = makeLoaded(() => answers.shift()());
    await loaded.load();
    expect([loaded.status, loaded.failure]).toEqual(["failed", "offline"]);
    await loaded.load();
    expect([loaded.status, loaded.failure]).toEqual(["failed", "No."]);
    await loaded.load();
    expect(loaded.status).toBe("ready");
    expect.verifySteps([
        "looked whether it is closed",
        "looked whether it is closed",
        "loaded there",
    ]);
});
