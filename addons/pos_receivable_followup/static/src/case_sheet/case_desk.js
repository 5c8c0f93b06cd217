import { _t } from "@web/core/l10n/translation";
import { ConnectionAbortedError, ConnectionLostError, RPCError } from "@web/core/network/rpc";

export const CASE = "pos_receivable.case";

/** Refusals whose sentence was written for whoever reads it; of others the web client tells itself. */
const EXPLAINED = /^odoo\.exceptions\.(AccessError|MissingError|UserError|ValidationError)$/;

/**
 * One case at a time: what is known of it, and the only way to act on it.
 *
 * One deed at a time: what is asked for meanwhile is not done. What the server does not answer is neither
 * taken for done nor for not done: nothing more can be done until the case was read again.
 */
export class CaseDesk {
    /** @param {Object} orm the service */
    constructor(orm) {
        this.orm = orm;
        this.id = null;
        /** As `get_sheet` of the server answers. */
        this.sheet = null;
        /** @type {Set<number>} the items that are meant */
        this.ticked = new Set();
        this.failure = "";
        this.isLoading = false;
        this.isBusy = false;
        /** An answer is missing, so the sheet may be wrong. */
        this.isUnsure = false;
    }

    get canAct() {
        return Boolean(this.sheet?.can_write) && !this.isBusy && !this.isLoading && !this.isUnsure;
    }

    /** Read a case, or the same one again; what arrives for another one meanwhile is dropped. */
    async load(id = this.id) {
        const isOther = id !== this.id;
        if (isOther) {
            Object.assign(this, { id, sheet: null, ticked: new Set() });
        }
        Object.assign(this, { isLoading: true, failure: "" });
        let sheet = null;
        let failure = "";
        try {
            sheet = await this.orm.call(CASE, "get_sheet", [[id]]);
        } catch (error) {
            failure = this._explain(error, _t("No answer came. The case could not be read."));
        }
        if (this.id !== id) {
            return false;
        }
        Object.assign(this, { isLoading: false, failure });
        if (sheet) {
            this._show(sheet);
        }
        return Boolean(sheet);
    }

    /**
     * Do something to the case, as the user has seen it.
     *
     * @param {string} method one that answers with the new sheet
     * @param {Object} values its arguments by name
     * @returns {Promise<{isDone: boolean, message: string}>} the message says why it was not done
     */
    act(method, values = {}) {
        return this._exclusively(async (id) => {
            const seen = this.sheet.looked_at;
            const sheet = await this.orm.call(CASE, method, [[id]], { ...values, seen });
            if (this.id === id) {
                this._show(sheet);
            }
        });
    }

    /** Do something to a promise or a dispute of the case; `answer` is what the server returned. */
    async actOn(model, recordId, method, values = {}) {
        let answer = null;
        const outcome = await this._exclusively(async () => {
            answer = await this.orm.call(model, method, [[recordId]], values);
        });
        if (outcome.isDone) {
            await this.load();
        }
        return { ...outcome, answer };
    }

    /** Ask something that changes nothing; `answer` is what the server returned. */
    async look(method, { model = CASE, id = this.id } = {}) {
        try {
            const answer = await this.orm.call(model, method, [[id]]);
            return { isDone: true, message: "", answer };
        } catch (error) {
            const message = this._explain(error, _t("No answer came. Try again."));
            return { isDone: false, message, answer: null };
        }
    }

    /** What may be wrong with an invoice. */
    listReasons() {
        return this.orm.searchRead("pos_receivable.shortfall.reason", [], ["name"]);
    }

    toggle(itemId) {
        if (!this.ticked.delete(itemId)) {
            this.ticked.add(itemId);
        }
    }

    /** What is meant and not disputed, in company currency. */
    get tickedTotal() {
        return this.tickedItems.reduce((sum, item) => sum + item.amount - item.disputed, 0);
    }

    get tickedItems() {
        return (this.sheet?.items || []).filter((item) => this.ticked.has(item.id));
    }

    _show(sheet) {
        const known = this.sheet ? new Set(this.sheet.items.map((item) => item.id)) : null;
        const isTicked = (item) => (known?.has(item.id) ? this.ticked.has(item.id) : item.ticked);
        const ticked = new Set(sheet.items.filter(isTicked).map((item) => item.id));
        Object.assign(this, { sheet, ticked, isUnsure: false });
    }

    async _exclusively(deed) {
        if (!this.canAct) {
            return { isDone: false, message: "" };
        }
        this.isBusy = true;
        try {
            await deed(this.id);
            return { isDone: true, message: "" };
        } catch (error) {
            const lost = _t("No answer came. Reload the case: it shows whether it was noted.");
            const message = this._explain(error, lost);
            this.isUnsure = message === lost;
            return { isDone: false, message };
        } finally {
            this.isBusy = false;
        }
    }

    /** Why something was not done, in a sentence; what is a bug of ours goes on. */
    _explain(error, lost) {
        if (error instanceof ConnectionLostError || error instanceof ConnectionAbortedError) {
            return lost;
        }
        if (error instanceof RPCError && EXPLAINED.test(error.exceptionName)) {
            return error.data.message;
        }
        throw error;
    }
}
