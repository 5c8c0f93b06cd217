import { registry } from "@web/core/registry";

const shows = (entry, state) => ({
    content: `${entry} is shown as ${state}`,
    trigger: `.o_form_view:has(.o_breadcrumb:contains(${entry})) .o_arrow_button_current:contains(${state})`,
});
const press = (hotkey, content) => ({
    content,
    trigger: ".o_form_view .o_match_reasons",
    run: `press alt+${hotkey}`,
});

registry.category("web_tour.tours").add("MatchReview", {
    url: "/odoo/action-pos_receivable_match.proposal_action",
    steps: () => [
        {
            content: "match what came to the bank meanwhile",
            trigger: ".o_control_panel button:contains(Match Now)",
            run: "click",
        },
        { content: "three wait", trigger: ".o_notification:contains(In the queue now: 3)" },
        {
            content: "open the first",
            trigger: ".o_data_cell:contains(First Payer)",
            run: "click",
        },
        shows("TOUR/1", "To Review"),
        {
            content: "what the bank wrote is shown as it is",
            trigger: ".o_form_view [name=text]:contains(<b>{{7 * 7}}</b>)",
        },
        press("a", "accept it by its key"),
        { content: "it says so", trigger: ".o_notification:contains(TOUR/1 is accepted)" },
        shows("TOUR/2", "To Review"),
        press("r", "reject that one"),
        { content: "it says so", trigger: ".o_notification:contains(TOUR/2 is rejected)" },
        shows("TOUR/3", "To Review"),
        {
            content: "the rest stays open, it says",
            trigger: "[name=allocation_ids] .o_data_row [name=closing]:contains(Stays Open)",
        },
        {
            content: "go back to the first",
            trigger: ".o_notification:contains(TOUR/1 is accepted) button:contains(Go back)",
            run: "click",
        },
        shows("TOUR/1", "Accepted"),
        press("z", "undo it by its key"),
        {
            content: "yes, really",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        shows("TOUR/1", "To Review"),
        press("n", "go on to the next but one"),
        shows("TOUR/2", "Rejected"),
        press("n", "and on"),
        shows("TOUR/3", "To Review"),
        press("o", "choose by hand"),
        {
            content: "the dialog lists what was proposed",
            trigger: ".modal [name=line_ids] .o_data_row",
        },
        { content: "book it so", trigger: ".modal [name=action_confirm]", run: "click" },
        shows("TOUR/3", "Accepted"),
    ],
});
