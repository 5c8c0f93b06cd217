import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

/** Long enough for all lines that scroll into view together to be asked for at once. */
const PATIENCE = 100;
/** A screen shows fewer; the server answers quickly for so many. */
const MOST_PARTNERS = 100;

/**
 * What the customers on the screen owe, asked for in batches and only once each.
 *
 * It is an ornament of the customer list: when the server cannot be asked, nothing is shown.
 */
export class PartnerDues {
    /** @param {(ids: number[]) => Promise<Object>} fetch amounts by customer id */
    constructor(fetch) {
        this.fetch = fetch;
        this.forget();
    }

    /** What is known may be outdated: ask again for what is shown from now on. */
    forget() {
        /** `{due, overdue}` by customer id, null for who owes nothing. */
        this.known = reactive({});
        this.wanted = new Set();
    }

    want(id) {
        if (id in this.known || this.wanted.has(id)) {
            return;
        }
        this.wanted.add(id);
        this.timer ??= browser.setTimeout(() => this.load(), PATIENCE);
    }

    async load() {
        this.timer = null;
        const { known } = this;
        const ids = [...this.wanted];
        this.wanted.clear();
        for (let start = 0; start < ids.length; start += MOST_PARTNERS) {
            const batch = ids.slice(start, start + MOST_PARTNERS);
            try {
                const dues = await this.fetch(batch);
                for (const id of batch) {
                    known[id] = dues[id] || null;
                }
            } catch {
                return;
            }
        }
    }
}
