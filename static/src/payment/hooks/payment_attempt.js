import { useState } from "@odoo/owl";
import { uuidv4 } from "@point_of_sale/utils";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { attemptFate } from "@pos_receivable/app/utils/payment_attempts";
import {
    isAnswerLost,
    isExplained,
    isRefusal,
    offlineSentence,
    refusalSentence,
    takenBackSentence,
} from "@pos_receivable/app/utils/server_answer";

const { DateTime } = luxon;

function bookedSentence({ datetime, user_name }) {
    return _t("Unfinished until now: booked at %(time)s by %(name)s.", {
        time: deserializeDateTime(datetime).toLocaleString(DateTime.TIME_SIMPLE),
        name: user_name,
    });
}

/**
 * One payment on its way to the server and back. `phase` says where it stands:
 *
 * - form: nothing was sent, or the server refused and nothing was booked;
 * - sending: the answer is awaited, everything is locked;
 * - lost: the answer did not come, so the payment may be booked: only the same request may go again,
 *   until the server was asked and knows nothing of it;
 * - paid: booked.
 *
 * What an answer makes of it is up to `attemptFate`.
 */
export class PaymentAttempt {
    /**
     * @param {Object} services
     * @param {import("@pos_receivable/app/services/receivables").Receivables} services.receivables
     * @param {import("@pos_receivable/app/services/receivable_screens").ReceivableScreens} services.screens
     * @param {Object} from
     * @param {Object[]} from.invoices what is to be paid
     * @param {Object} [from.partner] whose money it is
     * @param {number} [from.creditId] what is to be paid out
     * @param {Object} [from.booked] what was booked without anybody here knowing
     * @param {() => void} from.onFree nothing is under way any more: another payment may be entered
     */
    constructor({ receivables, screens }, { invoices, partner, creditId, booked, onFree }) {
        Object.assign(this, { receivables, screens, onFree });
        /** What was sent, until the server has said what became of it. */
        this.request = null;
        /** @type {"form"|"sending"|"lost"|"paid"} */
        this.phase = "form";
        this.refusal = "";
        this.notice = "";
        this.isChecking = false;
        /** The payment and its invoices, once it is booked. */
        this.result = null;
        /** Whether what is known of the invoices may be out of date. */
        this.hasMoved = false;
        if (booked) {
            this.finish(booked);
            Object.assign(this, { notice: bookedSentence(booked.payment), hasMoved: true });
        } else {
            this.resume(invoices, { partner, creditId });
        }
    }

    /** Sent before the popup was opened, perhaps before the page was: the answer never came. */
    resume(invoices, subject) {
        const ids = invoices.map(({ id }) => id);
        const request = this.receivables.attempts.find(ids, subject);
        if (request) {
            this.receivables.attempts.markLost(request);
            Object.assign(this, { request, phase: "lost", hasMoved: true });
        }
    }

    get isLocked() {
        return this.phase !== "form";
    }

    /** Whether an answer is awaited. Until it is there, nothing else is asked, and nobody leaves. */
    get isBusy() {
        return this.phase === "sending" || this.isChecking;
    }

    /** @param {Object} request see `Receivables.book`, still without its identity */
    async send(request) {
        if (this.phase !== "form") {
            return;
        }
        if (this.receivables.isOffline) {
            this.refusal = offlineSentence();
            return;
        }
        await this.book({ uuid: uuidv4(), ...request });
    }

    /** The very same request: booked once, however often it arrives. */
    async sendAgain() {
        if (this.phase === "lost" && !this.isBusy) {
            await this.book(this.request);
        }
    }

    async book(request) {
        Object.assign(this, { request, phase: "sending", refusal: "", notice: "", hasMoved: true });
        try {
            this.take(request, await this.receivables.book(request));
        } catch (error) {
            this.fail(request, error);
        }
    }

    /**
     * After a lost answer: what became of the payment? When the server knows nothing of it, the
     * form is free again, to change it or to start over.
     */
    async check() {
        if (this.phase !== "lost" || this.isBusy) {
            return;
        }
        const { request } = this;
        Object.assign(this, { isChecking: true, refusal: "" });
        try {
            this.take(request, await this.receivables.settle(request));
        } catch (error) {
            this.fail(request, error);
        } finally {
            this.isChecking = false;
        }
    }

    /** An answer is about what was asked, whatever the form has become meanwhile. */
    isOver(request) {
        return request.uuid !== this.request?.uuid;
    }

    take(request, answer) {
        if (this.isOver(request)) {
            return;
        }
        switch (attemptFate(request, answer)) {
            case "paid":
                this.finish(answer);
                break;
            case "takenBack":
                this.free(takenBackSentence(answer.payment));
                break;
            case "free":
                this.free(_t("Nothing was booked. You can change the payment and try again."));
        }
    }

    fail(request, error) {
        const isOver = this.isOver(request);
        if (isRefusal(error)) {
            return isOver ? undefined : this.takeRefusal(error);
        }
        const wasSending = this.phase === "sending";
        if (!isOver) {
            this.phase = "lost";
        }
        if (!isAnswerLost(error)) {
            throw error;
        }
        if (!isOver && !wasSending) {
            this.refusal = _t("Still no connection. Check again in a moment.");
        }
    }

    takeRefusal(error) {
        this.refusal = refusalSentence(error);
        if (attemptFate(this.request, { isRefused: true }) === "free") {
            this.free(isExplained(error) ? "" : _t("Nothing was booked."));
        } else {
            this.phase = "lost";
        }
        this.screens.leaveIfSessionClosed();
    }

    finish(result) {
        Object.assign(this, { result, phase: "paid" });
    }

    free(notice) {
        Object.assign(this, { request: null, phase: "form", notice });
        this.onFree();
    }
}

/**
 * The attempt of a popup, see `PaymentAttempt`.
 *
 * @returns {PaymentAttempt}
 */
export function usePaymentAttempt(from) {
    const services = { receivables: useReceivables(), screens: useReceivableScreens() };
    return useState(new PaymentAttempt(services, from));
}
