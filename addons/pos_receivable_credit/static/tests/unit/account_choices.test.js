import { beforeEach, expect, test } from "@odoo/hoot";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { accountChoices } from "@pos_receivable_credit/account/utils/account_choices";
import { makeAccount } from "./utils";

definePosModels();

let currency;
beforeEach(async () => {
    ({ currency } = await setupPosEnv());
});

function choose(account, { amount = 100, owed = 0 } = {}) {
    return accountChoices(makeAccount(account), { amount, owed, currency });
}

test("what is available is used, and the rest paid now", () => {
    expect(choose({ available: 60 })).toEqual({
        available: 60,
        deposit: 0,
        goOn: false,
        manager: true,
    });
});

test("what is on account already counts", () => {
    expect(choose({ available: 60 }, { owed: 50 }).available).toBe(10);
    expect(choose({ available: 40 }, { owed: 50 }).available).toBe(0);
});

test("a smaller amount helps nobody whose account is on hold", () => {
    const reasons = [{ code: "on_hold", text: "On hold" }];
    expect(choose({ available: 60, reasons }).available).toBe(0);
    expect(choose({ available: 60, reasons, mode: "warn" }).available).toBe(60);
});

test("without a limit there is nothing that is available", () => {
    expect(choose({ available: false }).available).toBe(0);
});

test("a deposit leaves the rest on account, and is forgone by a manager alone", () => {
    expect(choose({ recommendation: "deposit", deposit: 30, available: false })).toEqual({
        available: 0,
        deposit: 70,
        goOn: false,
        manager: true,
    });
});

test("where the shop warns, a deposit may be forgone", () => {
    const account = { mode: "warn", recommendation: "deposit", deposit: 30, available: false };
    expect(choose(account)).toEqual({ available: 0, deposit: 70, goOn: true, manager: false });
});

test("a doubt that asks for no deposit holds nobody up", () => {
    expect(choose({ recommendation: "deposit", deposit: 0, available: false })).toEqual({
        available: 0,
        deposit: 0,
        goOn: true,
        manager: false,
    });
});

test("a deposit of everything is none", () => {
    const choices = choose({ recommendation: "deposit", deposit: 100, available: false });
    expect(choices.deposit).toBe(0);
});

test("where the shop warns, it can be sold anyway", () => {
    const choices = choose({ mode: "warn" });
    expect(choices.goOn).toBe(true);
    expect(choices.manager).toBe(false);
});
