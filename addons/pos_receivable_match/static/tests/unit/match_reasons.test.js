import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { MatchReasonsField } from "@pos_receivable_match/match_reasons/match_reasons";

definePosModels();

async function mountReasons(evidence) {
    await setupPosEnv();
    const record = { data: { evidence } };
    await mountWithCleanup(MatchReasonsField, { props: { name: "evidence", record } });
}

test("reasons are shown with their points, and differing characters are marked", async () => {
    await mountReasons([
        { sentence: "One keystroke away.", points: 22, quoted: "INV47", number: "INV42" },
        { sentence: "Another name.", points: -15, quoted: null, number: null },
    ]);
    expect(queryAllTexts(".o_match_reasons .badge")).toEqual(["+22", "-15"]);
    expect(queryAllTexts(".o_match_reasons mark")).toEqual(["7", "2"]);
    expect(".o_match_reasons li:last mark").toHaveCount(0);
});

test("no reasons are an empty list", async () => {
    await mountReasons(false);
    expect(".o_match_reasons").toHaveCount(1);
    expect(".o_match_reasons li").toHaveCount(0);
});
