import { allocatedId } from "@pos_receivable/app/utils/debts";

/**
 * What an answer makes of an attempt. Nothing else may decide whether the form is free again.
 *
 * A refusal is the end of it only when the very first request was answered so. Once an answer was
 * lost, that request may be booked, now or in a moment, whatever is said to the next one: it takes
 * a payment, or the server's word that there is none and will be none.
 *
 * @param {{wasLost?: boolean}} attempt
 * @param {Object} answer one of `payment`, the booked one as it is now; `isClosed`, the server has
 *  never booked the attempt and never will; `isRefused`; or none of them, when nothing came
 * @returns {"paid"|"takenBack"|"free"|"lost"}
 */
export function attemptFate(attempt, { payment, isClosed, isRefused } = {}) {
    if (payment) {
        return (payment.state ?? "posted") === "posted" ? "paid" : "takenBack";
    }
    if (isClosed || (isRefused && !attempt.wasLost)) {
        return "free";
    }
    return "lost";
}

/**
 * The payments that were sent and have not been answered yet.
 *
 * When an answer is lost nobody at the till can know whether the payment was booked. Sending the
 * very same request again is always safe, a new one is not: so the request is kept, across a reload
 * of the page too, until the server has answered it.
 */
export class PaymentAttempts {
    /**
     * @param {Storage} storage
     * @param {number} sessionId
     */
    constructor(storage, sessionId) {
        this.storage = storage;
        this.key = `pos_receivable.attempts.${sessionId}`;
    }

    get all() {
        try {
            return JSON.parse(this.storage.getItem(this.key)) || [];
        } catch {
            return [];
        }
    }

    /**
     * What was sent for one of these invoices; for none, the customer's deposit, or what was to be
     * paid out of the credit.
     */
    find(invoiceIds, { partner, creditId } = {}) {
        return this.all.find(({ allocations, commercial_partner_id, credit_id }) =>
            allocations.length
                ? allocations.some((allocation) => invoiceIds.includes(allocatedId(allocation)))
                : !invoiceIds.length &&
                  credit_id === creditId &&
                  commercial_partner_id === partner?.commercial_partner_id
        );
    }

    /** @param {{commercial_partner_id: number}} partner of whatever contact of theirs */
    ofCustomer({ commercial_partner_id }) {
        return this.all.filter(
            (attempt) => attempt.commercial_partner_id === commercial_partner_id
        );
    }

    remember(attempt) {
        this.write([...this.all.filter(({ uuid }) => uuid !== attempt.uuid), attempt]);
    }

    /** Its answer was lost: from now on a refusal says nothing about it. */
    markLost(attempt) {
        attempt.wasLost = true;
        this.remember(attempt);
    }

    forget(attempt) {
        this.write(this.all.filter(({ uuid }) => uuid !== attempt.uuid));
    }

    write(attempts) {
        if (attempts.length) {
            this.storage.setItem(this.key, JSON.stringify(attempts));
        } else {
            this.storage.removeItem(this.key);
        }
    }
}
