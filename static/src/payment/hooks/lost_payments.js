import { useEnv, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { attemptFate } from "@pos_receivable/app/utils/payment_attempts";
import {
    isAnswerLost,
    isRefusal,
    takenBackSentence,
} from "@pos_receivable/app/utils/server_answer";

/** A customer's payments whose answer was lost: what became of each, and its receipt. */
export class LostPayments {
    /** @param {(amount: number) => string} formatCurrency */
    constructor(receivables, screens, formatCurrency) {
        Object.assign(this, { receivables, screens, formatCurrency });
        /** What became of those without a receipt, by their uuid. */
        this.notices = {};
        this.settling = null;
    }

    get hasNotices() {
        return Object.keys(this.notices).length > 0;
    }

    forget() {
        this.notices = {};
    }

    /**
     * Once for all that ask meanwhile.
     *
     * @returns {Promise<boolean>} whether a payment came to light, so that what was known before is
     *  out of date
     */
    settle(partner) {
        this.settling ??= this.settleEach(partner).finally(() => {
            this.settling = null;
        });
        return this.settling;
    }

    async settleEach(partner) {
        let cameToLight = false;
        // One that is being sent here and now is not lost: its own screen is told.
        const attempts = this.receivables.attempts
            .ofCustomer(partner)
            .filter(({ uuid }) => !this.receivables.underWay.has(uuid));
        if (!attempts.length) {
            return cameToLight;
        }
        for (const attempt of attempts) {
            const booked = await this.settleOne(attempt);
            if (booked) {
                cameToLight = true;
                await this.screens.askPayment("RegisterPaymentPopup", {
                    partner,
                    customerName: partner.name,
                    invoices: attempt.invoices,
                    booked,
                });
            }
        }
        return cameToLight;
    }

    /** @returns {Promise<Object|null>} the payment with its invoices; null leaves a notice */
    async settleOne(attempt) {
        const answer = await this.ask(attempt);
        const notice = this.describe(attempt, answer);
        if (notice) {
            this.notices[attempt.uuid] = notice;
            return null;
        }
        delete this.notices[attempt.uuid];
        return answer;
    }

    /** @returns {Promise<Object>} as `attemptFate` reads it; whatever else is said tells nothing */
    async ask(attempt) {
        try {
            return await this.receivables.settle(attempt);
        } catch (error) {
            if (!isAnswerLost(error) && !isRefusal(error)) {
                throw error;
            }
            return {};
        }
    }

    /** @returns {string} empty for a payment that stands: its receipt says more */
    describe(attempt, answer) {
        const subject = {
            amount: this.formatCurrency(
                attempt.allocations.reduce(
                    (sum, { amount }) => sum + amount,
                    attempt.on_account || attempt.amount || 0
                )
            ),
            invoices:
                attempt.invoices.map(({ name }) => name).join(", ") ||
                attempt.credit_name ||
                _t("money on account"),
        };
        const fate = attemptFate(attempt, answer);
        if (attempt.credit_id && (fate === "free" || fate === "lost")) {
            return this.describePayout(subject, fate);
        }
        switch (fate) {
            case "paid":
                return "";
            case "takenBack":
                return _t("%(amount)s for %(invoices)s: %(story)s", {
                    ...subject,
                    story: takenBackSentence(answer.payment),
                });
            case "free":
                return _t(
                    "%(amount)s for %(invoices)s: this unfinished payment was not booked.",
                    subject
                );
        }
        return _t(
            "%(amount)s for %(invoices)s: it is not known yet whether this payment was booked. Take no money for it again; open the list once more to find out.",
            subject
        );
    }

    describePayout(subject, fate) {
        return fate === "free"
            ? _t("%(amount)s of %(invoices)s: this was not paid out.", subject)
            : _t(
                  "%(amount)s of %(invoices)s: it is not known yet whether this was paid out. Hand out nothing for it again; open the list once more to find out.",
                  subject
              );
    }
}

/** @returns {LostPayments} */
export function useLostPayments() {
    const { utils } = useEnv();
    return useState(
        new LostPayments(useReceivables(), useReceivableScreens(), (amount) =>
            utils.formatCurrency(amount)
        )
    );
}
