import { Component, onWillDestroy, status, useEffect, useRef, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { isAnswerLost, refusalSentence } from "@pos_receivable/app/utils/server_answer";
import { useMeantPress } from "@pos_receivable/payment/utils/meant_press";
import { accountChoices } from "@pos_receivable_credit/account/utils/account_choices";

const { DateTime } = luxon;

/**
 * A customer's account that is not simply fine: why, and what can be done about it.
 *
 * Closed with `{amount}`, what is to be put on the account; with nothing when another way of paying
 * is chosen.
 */
export class CustomerAccountPopup extends Component {
    static template = "pos_receivable_credit.CustomerAccountPopup";
    static components = { Dialog };
    static props = {
        order: Object,
        partner: Object,
        /** What `pos.session.get_customer_account` or `authorize_customer_account` answered. */
        account: Object,
        /** All that is to go on account, of which `owed` is there already. */
        amount: Number,
        owed: Number,
        /** The payment is there, and the order about to be validated. */
        isPaying: { type: Boolean, optional: true },
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.accounts = useService("pos_receivable_credit");
        this.state = useState({
            account: this.props.account,
            /** @type {"choices"|"manager"|"waiting"} */
            step: this.attempt?.state === "requested" ? "waiting" : "choices",
            isSending: false,
            message: "",
            reason: "",
            employeeId: "",
            pin: "",
        });
        this.mainRef = useRef("main");
        this.reasonRef = useRef("reason");
        useHotkey("escape", () => this.goBack());
        useMeantPress(() => `${this.state.step} ${this.state.isSending}`);
        useEffect(
            (step) => this.focus(step),
            () => [this.state.step, this.state.isSending]
        );
        useBus(this.accounts.bus, "decided", ({ detail }) => this.hear(detail));
        onWillDestroy(() => this.setAwaited(false));
        this.setAwaited(this.state.step === "waiting");
    }

    // -- In words ----------------------------------------------------------------------------------

    get account() {
        return this.state.account;
    }

    get choices() {
        const { amount, owed } = this.props;
        return accountChoices(this.account, { amount, owed, currency: this.pos.currency });
    }

    get badge() {
        if ((this.account.reasons || []).some(({ code }) => code === "on_hold")) {
            return { label: _t("On hold"), css: "text-bg-danger" };
        }
        if (this.account.recommendation === "deposit") {
            return { label: _t("Ask for a deposit"), css: "text-bg-warning" };
        }
        return this.choices.manager
            ? { label: _t("Not without a manager"), css: "text-bg-danger" }
            : { label: _t("Not advised"), css: "text-bg-warning" };
    }

    get figures() {
        const { limit, exposure, available, overdue, overdue_days } = this.account;
        const has = (amount) => amount !== false && amount !== undefined && amount !== null;
        return [
            has(limit) && { key: "limit", label: _t("Limit"), text: this.format(limit) },
            has(exposure) && { key: "exposure", label: _t("Owed"), text: this.format(exposure) },
            has(available) && {
                key: "available",
                label: _t("Available"),
                text: this.format(Math.max(0, available)),
            },
            has(overdue) &&
                this.pos.currency.isPositive(overdue) && {
                    key: "overdue",
                    label: _t("Overdue"),
                    text: _t("%(amount)s · %(days)s days", {
                        amount: this.format(overdue),
                        days: overdue_days,
                    }),
                    css: "text-danger-emphasis",
                },
        ].filter(Boolean);
    }

    get checkedAt() {
        const { checked_at } = this.account;
        return checked_at
            ? deserializeDateTime(checked_at).toLocaleString(DateTime.DATETIME_SHORT)
            : "";
    }

    get depositNow() {
        const { amount, owed } = this.props;
        return this.pos.currency.round(amount - owed - this.choices.deposit);
    }

    format(amount) {
        return this.env.utils.formatCurrency(amount);
    }

    // -- Who may let it pass -------------------------------------------------------------------------

    get attempt() {
        return this.accounts.find(this.props.order, this.props.amount);
    }

    /** Whether whoever stands here needs nobody else; the server decides again. */
    get canOverride() {
        return (
            this.account.can_override ||
            this.pos.config.customer_account_override === "any" ||
            this.pos.getCashier()?._role === "manager"
        );
    }

    /** Who may type a PIN here, where employees log in. */
    get managers() {
        return this.pos.config.module_pos_hr
            ? this.pos.models["hr.employee"].filter(({ _role }) => _role === "manager")
            : [];
    }

    get canLetPass() {
        const { reason, employeeId, pin, isSending } = this.state;
        return Boolean(
            !isSending && reason.trim() && (this.canOverride || (employeeId && pin.trim()))
        );
    }

    get override() {
        const { reason, employeeId, pin } = this.state;
        const override = { reason: reason.trim() };
        return employeeId && pin.trim()
            ? { ...override, employee_id: Number(employeeId), pin: pin.trim() }
            : override;
    }

    // -- What can be done ------------------------------------------------------------------------------

    /** One thing at a time; what is answered after the popup was closed is put in order. */
    async exclusively(ask) {
        if (this.state.isSending) {
            return;
        }
        Object.assign(this.state, { isSending: true, message: "" });
        try {
            const answer = await ask();
            if (status(this) === "destroyed") {
                this.accounts.tidy(this.props.order);
                return;
            }
            this.take(answer);
        } catch (error) {
            this.state.message = isAnswerLost(error)
                ? _t("The connection was lost. Try again, or take another way of paying.")
                : refusalSentence(error);
        } finally {
            this.state.isSending = false;
        }
    }

    take(answer) {
        if (answer.recommendation) {
            this.state.account = { ...this.account, ...answer };
        }
        this.state.pin = "";
        if (answer.state === "requested") {
            this.await();
        } else if (answer.state === "refused") {
            this.state.step = "manager";
            this.state.message = answer.message || _t("This is not let pass.");
        } else {
            this.finish(this.props.amount - this.props.owed);
        }
    }

    letPass() {
        const { order, amount } = this.props;
        if (this.canLetPass) {
            return this.exclusively(() => this.accounts.send(order, amount, this.override));
        }
    }

    ask() {
        const { order, amount } = this.props;
        return this.exclusively(() =>
            this.accounts.request(order, amount, this.state.reason.trim())
        );
    }

    /** Where the message may have got lost. */
    look() {
        const { order, amount } = this.props;
        return this.exclusively(() => this.accounts.send(order, amount));
    }

    await() {
        this.state.step = "waiting";
        this.setAwaited(true);
    }

    setAwaited(isAwaited) {
        if (this.attempt) {
            this.attempt.isAwaited = isAwaited;
        }
    }

    hear({ uuid, state }) {
        if (uuid !== this.attempt?.uuid || this.state.step !== "waiting") {
            return;
        }
        this.setAwaited(false);
        if (state === "authorized") {
            this.finish(this.props.amount - this.props.owed);
        } else {
            this.state.step = "choices";
            this.state.message = _t("A manager does not let this pass.");
        }
    }

    finish(amount) {
        this.props.getPayload({ amount: this.pos.currency.round(amount) });
        this.props.close();
    }

    useAvailable() {
        this.finish(this.choices.available);
    }

    payDeposit() {
        this.finish(this.choices.deposit);
    }

    /** Another way of paying: nobody need decide any more. */
    leave() {
        if (this.state.isSending) {
            return;
        }
        if (this.attempt?.state === "requested") {
            this.accounts.withdraw(this.attempt);
            this.accounts.attempts.delete(this.props.order.uuid);
        }
        this.props.close();
    }

    goBack() {
        if (this.state.isSending) {
            return;
        }
        if (this.state.step === "manager") {
            Object.assign(this.state, { step: "choices", message: "" });
        } else {
            // What was asked for stays asked: the till tells when it is answered.
            this.props.close();
        }
    }

    focus(step) {
        (step === "manager" ? this.reasonRef : this.mainRef).el?.focus();
    }
}

registry.category("lazy_components").add("CustomerAccountPopup", CustomerAccountPopup);
