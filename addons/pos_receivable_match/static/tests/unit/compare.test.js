import { describe, expect, test } from "@odoo/hoot";

import { compare } from "@pos_receivable_match/match_reasons/compare";

describe.current.tags("headless");

const marked = (pieces) =>
    pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join("");

function expectCompared(written, meant, writtenMarked, meantMarked) {
    const found = compare(written, meant);
    expect(marked(found.written)).toBe(writtenMarked);
    expect(marked(found.meant)).toBe(meantMarked);
}

test("a mistyped digit is marked on both sides", () => {
    expectCompared("INV/2026/00047", "INV/2026/00042", "INV/2026/0004[7]", "INV/2026/0004[2]");
});

test("a missing digit is marked where it is missing", () => {
    expectCompared("INV2026032", "INV/2026/0432", "INV2026032", "INV/2026/0[4]32");
});

test("case and signs between the parts do not differ", () => {
    expectCompared("inv 2026 00042", "INV/2026/00042", "inv 2026 00042", "INV/2026/00042");
});

test("two equal texts have nothing marked", () => {
    expectCompared("A1", "A1", "A1", "A1");
});

test("nothing in common is marked as a whole", () => {
    expectCompared("XY", "12", "[XY]", "[12]");
});

test("an empty text has no pieces", () => {
    expect(compare("", "12")).toEqual({ written: [], meant: [{ text: "12", differs: true }] });
});
