import { onMounted, useState } from "@odoo/owl";
import { useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { isAnswerLost, refusalSentence } from "@pos_receivable/app/utils/server_answer";

/** What a popup shows is on its way, there, or not to be had: then the reason stands here. */
export class Loaded {
    /** See `useLoaded`. */
    constructor(screens, ask, { offlineMessage, onLoaded }) {
        Object.assign(this, { screens, ask, offlineMessage, onLoaded });
        this.turn = 0;
        /** @type {"loading"|"ready"|"failed"} */
        this.status = "loading";
        this.failure = "";
        /** The last answer: it stays while another is on its way. */
        this.data = null;
    }

    get isReady() {
        return this.status === "ready";
    }

    /**
     * Only the answer to the last question counts: an earlier one may be answered later.
     *
     * @returns {Promise<boolean>} whether this question was the last one, and is answered; whoever
     *  waits for an earlier one waits no longer than for its own answer
     */
    async load(...question) {
        const turn = ++this.turn;
        this.status = "loading";
        try {
            const data = await this.ask(...question);
            if (turn !== this.turn) {
                return false;
            }
            Object.assign(this, { data, status: "ready" });
        } catch (error) {
            if (turn === this.turn) {
                this.fail(error);
            }
            return false;
        }
        this.onLoaded?.(this.data);
        return true;
    }

    /** Also when something else went wrong after which what is shown may be out of date. */
    fail(error) {
        this.failure = isAnswerLost(error) ? this.offlineMessage() : refusalSentence(error);
        this.status = "failed";
        this.screens.leaveIfSessionClosed();
    }
}

/**
 * Ask for what a popup shows once it stands, and whenever `load` is called.
 *
 * @param {(...question) => Promise<Object>} ask what `load` is given, nothing at first
 * @param {Object} options
 * @param {() => string} options.offlineMessage what to say when no answer came
 * @param {(data: Object) => void} [options.onLoaded]
 * @returns {Loaded}
 */
export function useLoaded(ask, options) {
    const loaded = useState(new Loaded(useReceivableScreens(), ask, options));
    onMounted(() => loaded.load());
    return loaded;
}
