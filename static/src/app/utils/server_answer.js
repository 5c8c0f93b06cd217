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

/** Whether the server answered, and said no: whatever it had begun is undone. */
export function isRefusal(error) {
    return error instanceof RPCError;
}

/** Whether a refusal explains itself to the person at the till. */
export function isExplained(error) {
    return PLAIN_EXCEPTIONS.includes(error.exceptionName);
}

/**
 * The server's refusal as a sentence; anything else is a bug of ours and goes on. It does not say
 * what was booked: that is up to who asked.
 */
export function refusalSentence(error) {
    if (!isRefusal(error)) {
        throw error;
    }
    if (error.exceptionName === "odoo.http.SessionExpiredException") {
        return _t("You were logged out. Log in again.");
    }
    if (isExplained(error)) {
        return error.data.message;
    }
    return _t(
        "Something went wrong on the server. Tell a manager: %s",
        error.data?.message || error.message
    );
}

/** @param {Object} payment one that was booked and does not stand any more */
export function takenBackSentence({ void: voided }) {
    return voided
        ? _t("This payment was booked, and taken back since by %(name)s: %(reason)s", {
              name: voided.user_name,
              reason: voided.reason,
          })
        : _t("This payment was booked, and taken back since in the back office.");
}

export function offlineSentence() {
    return _t(
        "You are offline. Invoices can be paid again as soon as the connection is back; nothing was booked."
    );
}
