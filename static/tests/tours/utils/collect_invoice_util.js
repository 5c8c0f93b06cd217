/* global posmodel */

import * as NumberPopup from "@point_of_sale/../tests/generic_helpers/number_popup_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import { ConnectionLostError } from "@web/core/network/rpc";

// Milliseconds, twice as long as the till's screens wait. Not imported: tours are loaded where those
// are not.
const QUIET = 600;
const LIST = ".modal .unpaid-invoices";
const PAYMENT = ".modal:not(.o_inactive_modal) .register-payment";

/** Until nothing has changed for a while: what comes too fast after that is not taken for meant. */
function untilQuiet() {
    return new Promise((resolve) => {
        let timer;
        const wait = () => {
            clearTimeout(timer);
            timer = setTimeout(() => {
                observer.disconnect();
                resolve();
            }, QUIET);
        };
        const observer = new MutationObserver(wait);
        observer.observe(document.body, { childList: true, subtree: true });
        wait();
    });
}

export function look() {
    return { content: "look at it for a moment", trigger: "body", run: untilQuiet };
}

/** The cashier presses Invoice: in the row under the order, on a phone in the Actions. */
export function clickInvoice() {
    return [
        ProductScreen.clickReview(),
        { ...ProductScreen.clickControlButtonMore()[0] },
        {
            content: "press Invoice",
            trigger: ".control-buttons .collect-invoice-button, .modal .collect-invoice-button",
            run: "click",
        },
    ];
}

export function chooseCustomer(name) {
    return {
        content: `choose ${name}`,
        trigger: `.modal .partner-list b:contains(${name})`,
        run: "click",
    };
}

export function listShows({ customer, due, invoices }) {
    return [
        {
            content: `the list is ${customer}'s and ${due} is due`,
            trigger: `${LIST}:has(.unpaid-invoices-customer:contains(${customer})):has(.unpaid-invoices-due:contains(${due}))`,
        },
        ...invoices.map((name) => ({
            content: `${name} is listed`,
            trigger: `${LIST} .invoice-card:contains(${name})`,
        })),
    ];
}

export function invoiceShows(name, text) {
    return {
        content: `${name} says "${text}"`,
        trigger: `${LIST} .invoice-card:contains(${name}):contains(${text})`,
    };
}

export function isBlocked(name) {
    return {
        content: `${name} cannot be paid`,
        trigger: `${LIST} .invoice-card:contains(${name}):contains(Blocked):not(:has(.invoice-pay))`,
    };
}

export function pay(name) {
    return [
        look(),
        {
            content: `pay ${name}`,
            trigger: `${LIST} .invoice-card:contains(${name}) .invoice-pay`,
            run: "click",
        },
        {
            content: `the payment is for ${name}`,
            trigger: `${PAYMENT} .register-payment-subject:contains(${name})`,
        },
    ];
}

function fill(selector, value) {
    return [
        {
            isActive: ["desktop"],
            content: `type ${value}`,
            trigger: `${PAYMENT} ${selector}`,
            run: `edit ${value}`,
        },
        {
            isActive: ["mobile"],
            content: "tap the box",
            trigger: `${PAYMENT} ${selector}`,
            run: "click",
        },
        ...NumberPopup.enterValue(value).map((step) => ({ ...step, isActive: ["mobile"] })),
        {
            isActive: ["mobile"],
            content: "confirm the number pad",
            trigger:
                ".modal:not(.o_inactive_modal):has(.numpad) .modal-footer button:contains(Confirm)",
            run: "click",
        },
    ];
}

export function enterAmount(value) {
    return fill(".register-payment-amount", value);
}

export function enterTendered(value) {
    return fill(".register-payment-tendered", value);
}

export function enterReference(value) {
    return {
        content: `the reference is ${value}`,
        trigger: `${PAYMENT} .register-payment-reference`,
        run: `edit ${value}`,
    };
}

export function chooseMethod(name) {
    return {
        content: `pay by ${name}`,
        trigger: `${PAYMENT} .register-payment-journal:contains(${name})`,
        run: "click",
    };
}

export function changeIs(change) {
    return {
        content: `the change is ${change}`,
        trigger: `${PAYMENT} .register-payment-change:contains(${change})`,
    };
}

export function leftIs(left) {
    return {
        content: `${left} stays due`,
        trigger: `${PAYMENT} .register-payment-left:contains(${left})`,
    };
}

export function isRefused(message) {
    return {
        content: `refused: ${message}`,
        trigger: `${PAYMENT}:has(.register-payment-amount-message:contains(${message})):has(.register-payment-pay:disabled)`,
    };
}

export function serverRefuses(message) {
    return {
        content: `the server refuses: ${message}`,
        trigger: `${PAYMENT} .register-payment-refusal[role=alert]:contains(${message})`,
    };
}

export function answerIsLost() {
    return {
        content: "the answer is lost and the form locked",
        trigger: `${PAYMENT}:has(.register-payment-lost):has(fieldset:disabled)`,
    };
}

export function payNow(label) {
    return [
        look(),
        {
            content: `press ${label}`,
            trigger: `${PAYMENT} .register-payment-pay:enabled:contains(${label})`,
            run: "click",
        },
    ];
}

export function isPaid(amount, { change } = {}) {
    return {
        content: `${amount} is paid`,
        trigger:
            `${PAYMENT} .payment-done:has(.payment-done-amount:contains(${amount}))` +
            (change ? `:has(.payment-done-change:contains(${change}))` : ""),
    };
}

export function next() {
    return [look(), { content: "go on", trigger: `${PAYMENT} .payment-next`, run: "click" }];
}

export function back() {
    return [
        look(),
        { content: "go back", trigger: `${PAYMENT} .register-payment-back`, run: "click" },
    ];
}

export function isBackAtTheOrder() {
    return {
        content: "all is paid: back at the order",
        trigger: "body:not(:has(.modal)) .o_notification:contains(has nothing left to pay)",
    };
}

export function select(name) {
    return {
        content: `select ${name}`,
        trigger: `${LIST} .invoice-card:contains(${name}) .invoice-details`,
        run: "click",
    };
}

export function paySelected(count, amount) {
    return [
        look(),
        {
            content: `pay the ${count} selected`,
            trigger: `${LIST} .unpaid-invoices-pay-selected:contains((${count}) $ ${amount})`,
            run: "click",
        },
    ];
}

export function payAll() {
    return [
        look(),
        { content: "pay all", trigger: `${LIST} .unpaid-invoices-pay-all`, run: "click" },
    ];
}

export function splitShows(parts) {
    return Object.entries(parts).map(([name, part]) => ({
        content: `${name} gets ${part}`,
        trigger: `${PAYMENT} [data-invoice='${name}'] .payment-split-part:value(${part})`,
    }));
}

export function enterPart(name, value) {
    return fill(`[data-invoice='${name}'] .payment-split-part`, value);
}

/** Printing would stop a real browser with a dialog: what would be printed is looked at instead. */
export function catchPrints() {
    return {
        content: "look at what is printed",
        trigger: "body",
        run: () => {
            const { printer } = posmodel;
            printer.printHtml = async (element) => {
                document.body.dataset.printed = element.innerText;
                return true;
            };
        },
    };
}

export function printReceipt() {
    return [look(), { content: "print", trigger: `${PAYMENT} .payment-print`, run: "click" }];
}

export function isPrinted(...texts) {
    return texts.map((text) => ({
        content: `the receipt says ${text}`,
        trigger: `body[data-printed*='${text}']`,
    }));
}

const HISTORY = ".modal:not(.o_inactive_modal) .invoice-payments";

export function showHistory() {
    return [
        look(),
        { content: "history", trigger: `${LIST} .unpaid-invoices-history`, run: "click" },
    ];
}

export function historyShows(customer, amount, state = "") {
    return {
        content: `${amount} of ${customer} ${state}`,
        trigger: `${HISTORY} .invoice-payment:contains(${customer}):contains(${amount}):contains(${state})`,
    };
}

export function reprint() {
    return { content: "reprint", trigger: `${HISTORY} .invoice-payment-print`, run: "click" };
}

export function voidPayment(reason) {
    return [
        { content: "void", trigger: `${HISTORY} .invoice-payment-void`, run: "click" },
        {
            content: `because: ${reason}`,
            trigger: ".modal:not(.o_inactive_modal) textarea",
            run: `edit ${reason}`,
        },
        {
            content: "apply",
            trigger: ".modal:not(.o_inactive_modal) .modal-footer .btn-primary:contains(Apply)",
            run: "click",
        },
    ];
}

export function closeHistory() {
    return { content: "back", trigger: `${HISTORY} .invoice-payments-close`, run: "click" };
}

export function useCredit(amount, kind = "Credit note") {
    return [
        look(),
        { content: "use credit", trigger: `${LIST} .unpaid-invoices-use-credit`, run: "click" },
        {
            content: "choose it",
            trigger: `.use-credit .use-credit-row:contains(${kind})`,
            run: "click",
        },
        look(),
        {
            content: `use ${amount}`,
            trigger: `.use-credit .use-credit-apply:enabled:contains(${amount})`,
            run: "click",
        },
    ];
}

export function deposit() {
    return [
        look(),
        { content: "deposit", trigger: `${LIST} .unpaid-invoices-deposit`, run: "click" },
        {
            content: "nothing is paid with it",
            trigger: `${PAYMENT}:not(:has(.register-payment-due)) .register-payment-amount:value()`,
        },
    ];
}

export function keepOnAccount(amount) {
    return [
        look(),
        {
            content: `keep ${amount}`,
            trigger: `${PAYMENT} .register-payment-keep:contains(${amount})`,
            run: "click",
        },
        {
            content: `${amount} is going to be kept`,
            trigger: `${PAYMENT} .register-payment-kept:contains(${amount})`,
        },
    ];
}

export function isKept(amount) {
    return {
        content: `${amount} was kept`,
        trigger: `${PAYMENT} .payment-done-kept:contains(${amount})`,
    };
}

export function creditIs(amount) {
    return {
        content: `${amount} of credit`,
        trigger: `${LIST} .unpaid-invoices-credit:contains(${amount})`,
    };
}

const PAY_OUT = ".modal:not(.o_inactive_modal) .pay-out";

export function payOut(credit, amount, left) {
    return [
        look(),
        { content: "credits", trigger: `${LIST} .unpaid-invoices-use-credit`, run: "click" },
        look(),
        {
            content: `pay out ${credit}`,
            trigger: `.use-credit li:contains(${credit}) .use-credit-pay-out`,
            run: "click",
        },
        {
            isActive: ["desktop"],
            content: `type ${amount}`,
            trigger: `${PAY_OUT} .pay-out-amount`,
            run: `edit ${amount}`,
        },
        {
            isActive: ["mobile"],
            content: "tap the box",
            trigger: `${PAY_OUT} .pay-out-amount`,
            run: "click",
        },
        ...NumberPopup.enterValue(amount).map((step) => ({ ...step, isActive: ["mobile"] })),
        {
            isActive: ["mobile"],
            content: "confirm the number pad",
            trigger:
                ".modal:not(.o_inactive_modal):has(.numpad) .modal-footer button:contains(Confirm)",
            run: "click",
        },
        look(),
        {
            content: `pay out ${amount}`,
            trigger: `${PAY_OUT} .pay-out-pay:enabled:contains(${amount})`,
            run: "click",
        },
        {
            content: `${left} is left`,
            trigger: `${PAY_OUT} .payment-done:contains(Paid out):contains(${left})`,
        },
        look(),
        { content: "go on", trigger: `${PAY_OUT} .payment-next`, run: "click" },
        {
            content: `the credit is ${left}`,
            trigger: `.use-credit .use-credit-row:contains(${left})`,
        },
        look(),
        { content: "back", trigger: ".use-credit .modal-footer .btn-secondary", run: "click" },
    ];
}

export function scan(code) {
    return {
        content: `scan ${code}`,
        trigger: "body:not(:has(.modal))",
        run: () => odoo.__WOWL_DEBUG__.root.env.services.barcode_reader.scan(code),
    };
}

export function searchCustomer(name) {
    return {
        content: `search ${name}`,
        trigger: ".modal .modal-header input",
        run: `edit ${name}`,
    };
}

export function customerOwes(name, due, overdue) {
    return {
        content: `${name} owes ${due}`,
        trigger: `.partner-list .partner-info:contains(${name}):has(.partner-invoice-due:contains(${due})):has(.partner-invoice-overdue:contains(${overdue}))`,
    };
}

export function closeList() {
    return [
        look(),
        {
            content: "leave the list",
            trigger: ".modal:not(.o_inactive_modal):has(.unpaid-invoices) .modal-header button",
            run: "click",
        },
    ];
}

/** The server books the payment, but its answer never reaches the till. */
export function loseTheNextAnswer() {
    return {
        content: "lose the next answer",
        trigger: "body",
        run: () => {
            const { data } = posmodel;
            data.call = async function (model, method) {
                const answer = await Object.getPrototypeOf(data).call.apply(this, arguments);
                if (method === "collect_invoice_payment") {
                    delete data.call;
                    throw new ConnectionLostError();
                }
                return answer;
            };
        },
    };
}
