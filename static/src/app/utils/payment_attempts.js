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

    find(invoiceIds) {
        return this.all.find(({ allocations }) =>
            allocations.some(({ invoice_id }) => invoiceIds.includes(invoice_id))
        );
    }

    remember(attempt) {
        this.write([...this.all.filter(({ uuid }) => uuid !== attempt.uuid), attempt]);
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
