/* global posmodel */

import { look } from "@pos_receivable/../tests/tours/utils/collect_invoice_util";

/**
 * Lose the connection at the next call of a method of the session, once: the request does not arrive,
 * or it does and the answer gets lost. Below the browser's own request, so that everything above
 * behaves as with a broken cable.
 */
function loseAt(method, { isAnswer }) {
    interceptNext(method, function (body) {
        document.body.dataset.lost = method;
        const lose = () => this.dispatchEvent(new Event("error"));
        if (!isAnswer) {
            setTimeout(lose);
            return;
        }
        // The same request on another way, so that whoever waits here learns nothing.
        const { model } = JSON.parse(body).params;
        fetch(`/web/dataset/call_kw/${model}/${method}`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body,
        }).then(lose);
    });
}

function interceptNext(method, instead) {
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (body) {
        if (typeof body !== "string" || !body.includes(`"method":"${method}"`)) {
            return send.apply(this, arguments);
        }
        XMLHttpRequest.prototype.send = send;
        return instead.call(this, body);
    };
}

/** What Odoo answers once nobody is logged in any more, and while its database is away. */
export const EXPIRED = {
    code: 100,
    message: "Odoo Session Expired",
    data: { name: "odoo.http.SessionExpiredException", message: "Session expired", arguments: [] },
};
export const BROKEN = {
    code: 0,
    message: "Odoo Server Error",
    data: { name: "psycopg2.OperationalError", message: "terminating", arguments: [] },
};

/** The next call of a method does not reach the server: this error is answered for it. */
export function answerWith(method, error) {
    return {
        content: `the next ${method} is answered with: ${error.message}`,
        trigger: "body",
        run: () =>
            interceptNext(method, function (body) {
                const answer = JSON.stringify({ jsonrpc: "2.0", id: JSON.parse(body).id, error });
                Object.defineProperties(this, {
                    status: { value: 200 },
                    response: { value: answer },
                    responseText: { value: answer },
                });
                setTimeout(() => this.dispatchEvent(new Event("load")));
            }),
    };
}

export function loseRequest(method) {
    return {
        content: `the next ${method} does not arrive`,
        trigger: "body",
        run: () => loseAt(method, { isAnswer: false }),
    };
}

export function loseAnswer(method) {
    return {
        content: `the answer to the next ${method} is lost`,
        trigger: "body",
        run: () => loseAt(method, { isAnswer: true }),
    };
}

export function wasLost(method) {
    return { content: `${method} was lost`, trigger: `body[data-lost='${method}']` };
}

/** The till looks every two seconds whether the connection is back. */
export function isBack() {
    return {
        content: "the connection is back",
        trigger: "body",
        run: async () => {
            await posmodel.data.checkConnectivity();
        },
    };
}

const DIALOG = ".modal:not(.o_inactive_modal)";

export function says(message) {
    return {
        content: `it says: ${message}`,
        trigger: `${DIALOG} [role=alert]:contains(${message}), ${DIALOG} [role=status]:contains(${message}), .o_notification:contains(${message})`,
    };
}

export function press(label) {
    return [
        look(),
        {
            content: `press ${label}`,
            trigger: `${DIALOG} button:enabled:contains(${label})`,
            run: "click",
        },
    ];
}
