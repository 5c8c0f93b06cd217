import { _t } from "@web/core/l10n/translation";
import { ConnectionAbortedError, ConnectionLostError, RPCError } from "@web/core/network/rpc";

/** Refusals whose sentence was written for the person at the till. */
const PLAIN_EXCEPTIONS = [
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
];

export function isAnswerLost(error) {
    return error instanceof ConnectionLostError || error instanceof ConnectionAbortedError;
}

/** The server's refusal as a sentence; anything else is a bug of ours and goes on. */
export function refusalSentence(error) {
    if (!(error instanceof RPCError)) {
        throw error;
    }
    if (PLAIN_EXCEPTIONS.includes(error.exceptionName)) {
        return error.data.message;
    }
    return _t(
        "Something went wrong on the server and nothing was booked. Tell a manager: %s",
        error.data?.message || error.message
    );
}

export function offlineSentence() {
    return _t(
        "You are offline. Invoices can be paid again as soon as the connection is back; nothing was booked."
    );
}
