import { look } from "@pos_receivable/../tests/tours/utils/collect_invoice_util";

const POPUP = ".modal:not(.o_inactive_modal) .shortfall-popup";

export function isAsked(left) {
    return {
        content: `asked why ${left} stays due`,
        trigger: `${POPUP}:contains(${left} stays due) .shortfall-reason`,
    };
}

export function because(reason) {
    return {
        content: `because: ${reason}`,
        trigger: `${POPUP} .shortfall-reason:contains(${reason})`,
        run: "click",
    };
}

export function promise(label) {
    return [
        look(),
        {
            content: `the rest comes ${label}`,
            trigger: `${POPUP} .shortfall-in:contains(${label})`,
            run: "click",
        },
    ];
}

export function note(text) {
    return { content: `note ${text}`, trigger: `${POPUP} .shortfall-note`, run: `edit ${text}` };
}

export function done(label) {
    return [
        look(),
        {
            content: `press ${label}`,
            trigger: `${POPUP} .shortfall-done:contains(${label}):enabled`,
            run: "click",
        },
    ];
}

export function skip() {
    return [look(), { content: "skip", trigger: `${POPUP} .shortfall-skip`, run: "click" }];
}
