import { registry } from "@web/core/registry";

const shows = (customer) => ({
    content: `${customer} is shown, the keyboard on the first box`,
    trigger: `.o_form_view:has(.o_breadcrumb:contains(${customer})) .o_case_item input:focus`,
});
const press = (keys, content, trigger = ".o_form_view .o_case_next:enabled") => ({
    content,
    trigger,
    run: `press ${keys}`,
});
const goOn = press("alt+g", "go on to the next");
const isClosed = { content: "the dialog is gone", trigger: "body:not(:has(.o_case_dialog))" };
const says = (sentence) => ({
    content: `the last contacts say ${sentence}`,
    trigger: `.o_case_contacts:contains(${sentence})`,
});
const logCall = (note) => [
    press("alt+l", "log a call"),
    {
        content: "write what was said",
        trigger: ".o_case_dialog textarea:focus",
        run: `edit ${note}`,
    },
    press("control+Enter", "log it", ".o_case_dialog textarea"),
    isClosed,
    says(note),
];

registry.category("web_tour.tours").add("CasesByKeys", {
    steps: () => [
        {
            content: "those with the most at stake come first",
            trigger: ".o_data_row:first .o_data_cell[name=partner_id]:contains(Customer 01)",
        },
        press("ArrowDown", "go down from the search", ".o_searchview_input:focus"),
        press("ArrowDown", "and on to the first", ".o_list_view .o_list_table :focus"),
        press("Enter", "open it", ".o_data_row:first :focus"),
        shows("Customer 01"),
        ...logCall("Nobody answers"),
        goOn,
        shows("Customer 02"),
        press("alt+o", "note a promise"),
        press("Enter", "as it is filled in", ".o_case_dialog input[inputmode=decimal]:focus"),
        isClosed,
        { content: "it is waited for", trigger: ".o_case_promises .badge:contains(Waiting)" },
        goOn,
        shows("Customer 03"),
        press("alt+o", "note a promise"),
        {
            content: "of a part",
            trigger: ".o_case_dialog input[inputmode=decimal]:focus",
            run: "edit 50",
        },
        press("alt+g", "note it, and go on", ".o_case_dialog"),
        shows("Customer 04"),
        press("alt+w", "leave them alone"),
        press("Enter", "for a week", ".o_case_dialog input[type=date]:focus"),
        isClosed,
        goOn,
        shows("Customer 05"),
        press("alt+d", "note a dispute"),
        press("Tab", "of this invoice", ".o_case_dialog select:focus"),
        press("Tab", "of all of it", ".o_case_dialog input[inputmode=decimal]:focus"),
        {
            content: "choose the first reason",
            trigger: ".o_case_dialog select:focus",
            run: "selectByIndex 1",
        },
        press("Tab", "on to the note", ".o_case_dialog select:focus"),
        press("Enter", "note it", ".o_case_dialog input:focus"),
        isClosed,
        { content: "it is open", trigger: ".o_case_disputes .badge:contains(Open)" },
        press("alt+e", "settle their dispute"),
        {
            content: "a line comes to exactly this",
            trigger: ".o_case_hint:contains(over exactly this)",
        },
        press("alt+r", "they are not right", ".o_case_dialog"),
        isClosed,
        { content: "it is rejected", trigger: ".o_case_disputes .badge:contains(Rejected)" },
        goOn,
        shows("Customer 06"),
        goOn,
        shows("Customer 07"),
        press("ArrowDown", "go to the second instalment", ".o_case_item:first input:focus"),
        {
            content: "not that one",
            trigger: ".o_case_item:last input:focus",
            run: "press Space",
        },
        { content: "one is left", trigger: ".o_case_ticked:contains(Ticked (1))" },
        press("alt+o", "note a promise"),
        press("Enter", "of what is ticked", ".o_case_dialog input[inputmode=decimal]:focus"),
        isClosed,
        { content: "it is waited for", trigger: ".o_case_promises .badge:contains(Waiting)" },
        goOn,
        // The one that was left without having done anything.
        shows("Customer 06"),
        ...logCall("Calls back"),
        goOn,
        shows("Customer 08"),
        ...logCall("Will look into it"),
        goOn,
        shows("Customer 09"),
        ...logCall("Sends it today"),
        goOn,
        shows("Customer 10"),
        ...logCall("Paid yesterday, they say"),
        goOn,
        { content: "nobody is left", trigger: ".o_notification:contains(Nobody is left)" },
        { content: "an empty list says so", trigger: ".o_list_view .o_view_nocontent" },
    ],
});

registry.category("web_tour.tours").add("CaseOfTwo", {
    steps: () => [
        { content: "open it", trigger: ".o_data_cell:contains(Customer 01)", run: "click" },
        shows("Customer 01"),
        press("alt+l", "log a call"),
        {
            content: "write what was said",
            trigger: ".o_case_dialog textarea:focus",
            run: "edit Nobody answers",
        },
        press("control+Enter", "log it", ".o_case_dialog textarea"),
        {
            content: "somebody else was quicker",
            trigger: ".o_case_message:contains(Dan logged a call at)",
        },
        press("alt+l", "reload", ".o_case_dialog .o_case_reload"),
        {
            content: "what they said is told",
            trigger: ".o_case_told:contains(They pay on Friday)",
        },
        {
            content: "what was written is still there",
            trigger: ".o_case_dialog textarea",
            run({ anchor }) {
                if (anchor.value !== "Nobody answers") {
                    throw new Error(`There is "${anchor.value}" now`);
                }
            },
        },
        press("control+Enter", "log it all the same", ".o_case_dialog:has(.o_case_submit:enabled)"),
        isClosed,
        says("They pay on Friday"),
        says("Nobody answers"),
    ],
});

registry.category("web_tour.tours").add("CasesOnAPhone", {
    steps: () => [
        {
            content: "those with the most at stake come first",
            trigger: ".o_kanban_record:first:contains(Customer 01)",
            run: "click",
        },
        { content: "what is owed", trigger: ".o_case_item:contains(late)" },
        { content: "note a promise", trigger: ".o_case_promise", run: "click" },
        {
            content: "as it is filled in, and go on",
            trigger: ".o_case_submit_next",
            run: "click",
        },
        { content: "the next", trigger: ".o_case_sheet:contains(Customer 02)" },
        { content: "log a call", trigger: ".o_case_call", run: "click" },
        {
            content: "write what was said",
            trigger: ".o_case_dialog textarea",
            run: "edit On Friday",
        },
        { content: "log it", trigger: ".o_case_submit", run: "click" },
        isClosed,
        says("On Friday"),
    ],
});
