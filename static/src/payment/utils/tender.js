import { fromSteps, toSteps } from "@pos_receivable/payment/utils/amounts";

const MOST_SUGGESTIONS = 4;
/** 1, 2, 5, 10 … 500 units: for a point of sale whose coins and notes are not set up. */
export const DEFAULT_DENOMINATIONS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/**
 * What a customer is likely to hand over for an amount: the next round sums above it.
 *
 * @param {number[]} denominations values of the coins and notes in use, none for the usual ones
 * @returns {number[]} ascending, never the exact amount
 */
export function suggestTenders(amount, denominations, currency) {
    const due = toSteps(amount, currency);
    const notes = (denominations.length ? denominations : DEFAULT_DENOMINATIONS)
        .map((value) => toSteps(value, currency))
        // Nobody counts out more than some twenty pieces of the same money.
        .filter((value) => value > 0 && value * 20 >= due);
    const sums = new Set();
    for (const note of notes) {
        const pieces = Math.ceil(due / note);
        const startsWithTwo = String(note).startsWith("2");
        // 640 paid with 200s would be 800: people add a 50 or a 100 instead.
        if (pieces * note > due && !(startsWithTwo && pieces > 2)) {
            sums.add(pieces * note);
        }
    }
    return [...sums]
        .sort((a, b) => a - b)
        .slice(0, MOST_SUGGESTIONS)
        .map((steps) => fromSteps(steps, currency));
}

/** What to give back, in the currency; negative when the tendered money is not enough. */
export function changeFor(amount, tendered, currency) {
    return fromSteps(toSteps(tendered, currency) - toSteps(amount, currency), currency);
}

/** The amount as coins can pay it, where the shop rounds cash. */
export function cashFor(amount, roundingMethod, currency) {
    const cash = roundingMethod ? roundingMethod.round(amount) : amount;
    return fromSteps(toSteps(cash, currency), currency);
}
