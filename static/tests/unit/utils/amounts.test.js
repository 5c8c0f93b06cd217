import { describe, expect, test } from "@odoo/hoot";
import {
    fromSteps,
    isFinerThanCurrency,
    parseAmount,
    toSteps,
} from "@pos_receivable/payment/utils/amounts";

const EURO = { rounding: 0.01, decimal_places: 2 };
const YEN = { rounding: 1, decimal_places: 0 };
const DINAR = { rounding: 0.001, decimal_places: 3 };
const FRANC = { rounding: 0.05, decimal_places: 2 };

const ENGLISH = { decimalPoint: ".", thousandsSep: "," };
const GERMAN = { decimalPoint: ",", thousandsSep: "." };
const FRENCH = { decimalPoint: ",", thousandsSep: "\u202f" };
const ARABIC = { decimalPoint: ".", thousandsSep: "," };
const SWISS = { decimalPoint: ".", thousandsSep: "’" };

describe("steps of a currency", () => {
    test("amounts survive the way there and back in 0, 2 and 3 decimals", () => {
        expect(toSteps(0.1 + 0.2, EURO)).toBe(30);
        expect(fromSteps(toSteps(1234.56, EURO), EURO)).toBe(1234.56);
        expect(fromSteps(toSteps(1500, YEN), YEN)).toBe(1500);
        expect(fromSteps(toSteps(0.285, DINAR), DINAR)).toBe(0.285);
        expect(fromSteps(toSteps(19.95, FRANC), FRANC)).toBe(19.95);
    });

    test("an amount between two steps is finer than the currency", () => {
        expect(isFinerThanCurrency(0.005, EURO)).toBe(true);
        expect(isFinerThanCurrency(0.5, YEN)).toBe(true);
        expect(isFinerThanCurrency(19.99, FRANC)).toBe(true);
        expect(isFinerThanCurrency(0.001, DINAR)).toBe(false);
        expect(isFinerThanCurrency(0.1 + 0.2, EURO)).toBe(false);
        expect(isFinerThanCurrency(98765432.1, EURO)).toBe(false);
    });
});

describe("reading an amount", () => {
    test("plain and grouped numbers, in the language's own signs", () => {
        expect(parseAmount("640", ENGLISH)).toBe(640);
        expect(parseAmount(" 1,234.56 ", ENGLISH)).toBe(1234.56);
        expect(parseAmount("12,34,567.80", ENGLISH)).toBe(1234567.8);
        expect(parseAmount("1.234,56", GERMAN)).toBe(1234.56);
        expect(parseAmount("1.234", GERMAN)).toBe(1234);
        expect(parseAmount("1\u202f234,5", FRENCH)).toBe(1234.5);
        expect(parseAmount("1 234,5", FRENCH)).toBe(1234.5);
        expect(parseAmount("1’234.50", SWISS)).toBe(1234.5);
        expect(parseAmount("1'234.50", SWISS)).toBe(1234.5);
        expect(parseAmount(".5", ENGLISH)).toBe(0.5);
        expect(parseAmount("5.", ENGLISH)).toBe(5);
    });

    test("a separator that cannot group thousands is the decimal point", () => {
        expect(parseAmount("6.40", GERMAN)).toBe(6.4);
        expect(parseAmount("6,40", ENGLISH)).toBe(6.4);
        expect(parseAmount("1234.567", GERMAN)).toBe(1234.567);
        expect(parseAmount("6.4", FRENCH)).toBe(6.4);
    });

    test("an amount of euros and cents never becomes a hundred times as much", () => {
        for (const language of [ENGLISH, GERMAN, FRENCH, SWISS, ARABIC]) {
            for (const [text, amount] of [
                ["6,40", 6.4],
                ["6.40", 6.4],
                ["6,4", 6.4],
                ["6.4", 6.4],
                ["0,05", 0.05],
                ["0.05", 0.05],
                ["640,00", 640],
                ["640.00", 640],
                ["1234,56", 1234.56],
                ["1234.56", 1234.56],
            ]) {
                expect(parseAmount(text, language)).toBe(amount, {
                    message: `${text} where the decimal point is ${language.decimalPoint}`,
                });
            }
        }
    });

    test("digits of an Arabic or a Persian keyboard count as ours", () => {
        expect(parseAmount("٦٤٠", ARABIC)).toBe(640);
        expect(parseAmount("٦٫٤٠", ARABIC)).toBe(6.4);
        expect(parseAmount("١٬٢٣٤٫٥٦", ARABIC)).toBe(1234.56);
        expect(parseAmount("۶٫۴۰", ARABIC)).toBe(6.4);
        expect(parseAmount("٦,٤٠", GERMAN)).toBe(6.4);
        expect(parseAmount("\u200f6.40\u200e", ARABIC)).toBe(6.4);
    });

    test("a sign is kept, so that the amount can be refused for what it is", () => {
        expect(parseAmount("-5", ENGLISH)).toBe(-5);
        expect(parseAmount("-1,000", ENGLISH)).toBe(-1000);
    });

    test("what is no amount is not guessed", () => {
        for (const text of [
            "",
            " ",
            "abc",
            "1e3",
            "=1+1",
            "1.2.3",
            "1,2,3",
            "--1",
            ".",
            "∞",
            "NaN",
        ]) {
            expect(parseAmount(text, ENGLISH)).toBe(null);
        }
        expect(parseAmount("1.234,56", ENGLISH)).toBe(null);
        expect(parseAmount("1.23,4", GERMAN)).toBe(null);
        expect(parseAmount(undefined, ENGLISH)).toBe(null);
    });
});
