import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { useAsyncLockedMethod } from "@point_of_sale/app/hooks/hooks";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { uuidv4 } from "@point_of_sale/utils";
import { hasTouch } from "@web/core/browser/feature_detection";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { PaymentDone } from "@pos_receivable/payment/components/payment_done/payment_done";
import { PaymentSplit } from "@pos_receivable/payment/components/payment_split/payment_split";
import { fromSteps, parseAmount, toSteps } from "@pos_receivable/app/utils/amounts";
import { useMeantPress } from "@pos_receivable/app/utils/meant_press";
import { attemptFate } from "@pos_receivable/app/utils/payment_attempts";
import {
    amountProblem,
    distribute,
    hasDueNow,
    settlingTotal,
    stepsLeft,
    toAllocations,
} from "@pos_receivable/app/utils/due";
import {
    isAnswerLost,
    isExplained,
    isRefusal,
    offlineSentence,
    refusalSentence,
    takenBackSentence,
} from "@pos_receivable/app/utils/server_answer";
import {
    cashFor,
    changeFor,
    DEFAULT_DENOMINATIONS,
    suggestTenders,
} from "@pos_receivable/payment/utils/tender";

const { DateTime } = luxon;

function bookedSentence({ datetime, user_name }) {
    return _t("Unfinished until now: booked at %(time)s by %(name)s.", {
        time: deserializeDateTime(datetime).toLocaleString(DateTime.TIME_SIMPLE),
        name: user_name,
    });
}

/**
 * Take one payment on one or several invoices: how much, by which method, and the large figures once
 * it is booked.
 *
 * `phase` says where the payment stands:
 * - form: nothing was sent, or the server refused and nothing was booked;
 * - sending: the answer is awaited, everything is locked;
 * - lost: the answer did not come, so the payment may be booked: only the same request may go again,
 *   until the server was asked and knows nothing of it;
 * - paid: booked.
 *
 * What an answer makes of it is up to `attemptFate`. While an attempt is on, the popup shows its
 * invoices, whatever was selected since.
 */
export class RegisterPaymentPopup extends Component {
    static template = "pos_receivable.RegisterPaymentPopup";
    static components = { Dialog, PaymentDone, PaymentSplit };
    static props = {
        partner: Object,
        customerName: String,
        invoices: Array,
        /** As typed, when the cashier named a sum to be spread. */
        amount: { type: String, optional: true },
        /** What was booked without anybody here knowing: shown as paid, with its receipt. */
        booked: { type: Object, optional: true },
        getPayload: Function,
        close: Function,
    };
    static defaultProps = { amount: "" };

    setup() {
        this.pos = usePos();
        this.receivables = useReceivables();
        this.screens = useReceivableScreens();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.formRef = useRef("form");
        this.amountRef = useRef("amount");
        this.alertRef = useRef("alert");
        this.payRef = useRef("pay");
        this.nextRef = useRef("next");
        this.today = DateTime.now().toISODate();
        const { booked, invoices } = this.props;
        this.attempt = booked ? null : this.receivables.attempts.find(invoices.map(({ id }) => id));
        if (this.attempt) {
            // Sent before the popup was opened, perhaps before the page was: the answer never came.
            this.receivables.attempts.markLost(this.attempt);
        }
        this.isListStale = Boolean(this.attempt || booked);
        this.state = useState({
            /** @type {"form"|"sending"|"lost"|"paid"} */
            phase: (booked && "paid") || (this.attempt ? "lost" : "form"),
            refusal: "",
            notice: booked ? bookedSentence(booked.payment) : "",
            isChecking: false,
            result: booked || null,
            printCount: 0,
            ...this.initialForm,
        });

        // A double click would open two dialogs.
        this.email = useAsyncLockedMethod(this.email);
        useHotkey("escape", () => this.goBack());
        useMeantPress(() => this.state.phase);
        useEffect(
            (phase) => this.focusNextStep(phase),
            () => [this.state.phase]
        );
        useEffect(
            (alert) => {
                alert?.scrollIntoView({ block: "nearest" });
            },
            () => [this.alertRef.el, this.state.phase]
        );
    }

    // -- What is to be paid ------------------------------------------------------------------------

    get invoices() {
        return this.attempt?.invoices || this.props.invoices;
    }

    get currency() {
        return this.pos.currency;
    }

    get title() {
        const [invoice, ...others] = this.invoices;
        return others.length ? _t("%s invoices", this.invoices.length) : invoice.name;
    }

    /** Which invoices the payment that was lost is for, as another selection may have led here. */
    get lostMessage() {
        return _t(
            "Unfinished payment for %s: the answer did not come, so it may be booked already. Try again to book it, never twice, or check what became of it.",
            this.invoices.map(({ name }) => name).join(", ")
        );
    }

    sumOf(steps) {
        return fromSteps(
            this.invoices.reduce((sum, invoice) => sum + steps(invoice), 0),
            this.currency
        );
    }

    get due() {
        return this.sumOf((invoice) => toSteps(invoice.amount_due, this.currency));
    }

    get dueNow() {
        return this.sumOf((invoice) => toSteps(invoice.amount_due_now, this.currency));
    }

    get hasDueNow() {
        return this.invoices.some((invoice) => hasDueNow(invoice, this.currency));
    }

    // -- The form ----------------------------------------------------------------------------------

    get initialForm() {
        if (this.attempt) {
            return { ...this.attempt.form, typed: { ...this.attempt.form.typed } };
        }
        return {
            amount: this.props.amount || this.format(settlingTotal(this.invoices, this.currency)),
            /** The parts fixed by hand, as typed, by invoice id. */
            typed: {},
            journalId: this.journals[0]?.id,
            tendered: "",
            date: this.today,
            reference: "",
        };
    }

    /** The amount as an input shows it: without the currency's symbol. */
    format(amount) {
        return this.env.utils.formatCurrency(amount, false);
    }

    get journals() {
        return this.pos.config._invoice_payment_journals || [];
    }

    get journal() {
        return this.journals.find(({ id }) => id === this.state.journalId);
    }

    get isCash() {
        return this.journal?.type === "cash";
    }

    get isLocked() {
        return this.state.phase !== "form";
    }

    get amount() {
        return parseAmount(this.state.amount, localization);
    }

    get amountProblem() {
        return amountProblem(this.amount, this.due, this.currency);
    }

    get amountMessage() {
        if (!this.state.amount.trim()) {
            return "";
        }
        return this.explain(this.amountProblem, this.due, this.title);
    }

    explain(problem, most, what) {
        switch (problem) {
            case "unreadable":
                return _t("This is not an amount.");
            case "tooFine":
                return _t("The smallest step is %s.", this.formatCurrency(this.currency.rounding));
            case "notPositive":
                return _t("The amount must be more than zero.");
            case "tooMuch":
                return _t("%(amount)s is the most that can be paid on %(invoice)s.", {
                    amount: this.formatCurrency(most),
                    invoice: what,
                });
        }
        return "";
    }

    formatCurrency(amount) {
        return this.env.utils.formatCurrency(amount);
    }

    // -- The split -----------------------------------------------------------------------------------

    get hasSplit() {
        return this.invoices.length > 1;
    }

    /** @returns {Object<number, string>} why a part cannot be paid, by invoice id */
    get partMessages() {
        const messages = {};
        for (const invoice of this.invoices) {
            const text = this.state.typed[invoice.id];
            const part = this.readPart(text);
            const problem =
                part === 0 ? null : amountProblem(part, invoice.amount_due, this.currency);
            if (text !== undefined && problem) {
                messages[invoice.id] = this.explain(problem, invoice.amount_due, invoice.name);
            }
        }
        return messages;
    }

    /** An emptied box gives the invoice nothing. */
    readPart(text = "") {
        return text.trim() ? parseAmount(text, localization) : 0;
    }

    get distribution() {
        const fixed = {};
        for (const [id, text] of Object.entries(this.state.typed)) {
            fixed[id] = this.readPart(text) ?? 0;
        }
        return distribute(this.amount ?? 0, this.invoices, fixed, this.currency);
    }

    get isSplitComplete() {
        return !this.distribution.rest && !Object.keys(this.partMessages).length;
    }

    get allocations() {
        return toAllocations(this.distribution.parts, this.invoices, this.currency);
    }

    /** What stays due after this payment, or null while it cannot be paid. */
    get left() {
        if (this.amountProblem || !this.isSplitComplete) {
            return null;
        }
        const { parts } = this.distribution;
        return this.sumOf((invoice) => stepsLeft(invoice, parts[invoice.id], this.currency));
    }

    onTypeAmount(ev) {
        this.changeAmount(ev.target.value);
    }

    /** Another amount is spread anew. */
    changeAmount(text) {
        this.state.amount = text;
        this.state.typed = {};
    }

    onTypePart(invoice, text) {
        this.state.typed[invoice.id] = text;
    }

    async onClickPart(ev, invoice, text) {
        const typed = await this.askFinger(ev, invoice.name, text);
        if (typed !== undefined) {
            this.onTypePart(invoice, typed);
        }
    }

    spreadAgain() {
        this.state.typed = {};
    }

    takeSum(steps) {
        this.state.amount = this.format(fromSteps(steps, this.currency));
    }

    /** The early-payment discount this amount is granted. */
    get discount() {
        return this.left === null
            ? 0
            : fromSteps(
                  toSteps(this.due, this.currency) -
                      toSteps(this.amount, this.currency) -
                      toSteps(this.left, this.currency),
                  this.currency
              );
    }

    // -- Cash --------------------------------------------------------------------------------------

    get cashRounding() {
        const { cash_rounding, rounding_method } = this.pos.config;
        return this.isCash && cash_rounding ? rounding_method : null;
    }

    /** What is taken in by this method: where cash is rounded, not quite what is settled. */
    get toPay() {
        return cashFor(this.amount, this.cashRounding, this.currency);
    }

    get isRounded() {
        return !this.amountProblem && !this.currency.equal(this.toPay, this.amount);
    }

    get roundingMessage() {
        return this.isRounded && !this.currency.isPositive(this.toPay)
            ? _t("%s is too little to be paid in cash.", this.formatCurrency(this.amount))
            : "";
    }

    get isTendered() {
        return this.isCash && Boolean(this.state.tendered.trim());
    }

    /** An empty box means the exact amount was handed over. */
    get tendered() {
        return this.isTendered ? parseAmount(this.state.tendered, localization) : null;
    }

    get change() {
        return this.isTendered && this.tendered !== null && !this.amountProblem
            ? changeFor(this.toPay, this.tendered, this.currency)
            : null;
    }

    get tenderedMessage() {
        if (!this.isTendered || this.amountProblem) {
            return "";
        }
        if (this.tendered === null) {
            return _t("This is not an amount.");
        }
        return this.currency.isNegative(this.change)
            ? _t("%s is missing.", this.formatCurrency(-this.change))
            : "";
    }

    get suggestedTenders() {
        if (this.amountProblem) {
            return [];
        }
        const bills = this.pos.models["pos.bill"].map(({ value }) => value);
        return suggestTenders(
            this.toPay,
            bills.length ? bills : DEFAULT_DENOMINATIONS,
            this.currency
        );
    }

    // -- Paying ------------------------------------------------------------------------------------

    get isFutureDate() {
        return this.state.date > this.today;
    }

    get canPay() {
        return (
            this.state.phase === "lost" ||
            (this.state.phase === "form" &&
                Boolean(this.journal) &&
                !this.amountProblem &&
                this.isSplitComplete &&
                !this.roundingMessage &&
                !this.tenderedMessage &&
                !this.isFutureDate)
        );
    }

    get payLabel() {
        switch (this.state.phase) {
            case "sending":
                return _t("Paying…");
            case "lost":
                return _t("Try again");
        }
        return this.amountProblem
            ? _t("Pay now")
            : _t("Pay now %s", this.formatCurrency(this.toPay));
    }

    makeAttempt() {
        const { amount, typed, journalId, tendered, date, reference } = this.state;
        return {
            uuid: uuidv4(),
            partner_id: this.props.partner.id,
            commercial_partner_id: this.props.partner.commercial_partner_id,
            journal_id: journalId,
            allocations: this.allocations,
            // Today is the server's to say: the clock of a till may be in another time zone.
            payment_date: date && date !== this.today ? date : null,
            reference: reference.trim(),
            tendered: this.tendered,
            invoices: this.invoices,
            // To show the same form again when the popup is opened anew.
            form: { amount, typed: { ...typed }, journalId, tendered, date, reference },
        };
    }

    async pay() {
        if (!this.canPay) {
            return;
        }
        const wasLost = this.state.phase === "lost";
        if (!wasLost && this.receivables.isOffline) {
            this.state.refusal = offlineSentence();
            return;
        }
        this.attempt = wasLost ? this.attempt : this.makeAttempt();
        Object.assign(this.state, { phase: "sending", refusal: "", notice: "" });
        this.isListStale = true;
        try {
            this.onAnswer(await this.receivables.book(this.attempt));
        } catch (error) {
            this.onError(error);
        }
    }

    /**
     * After a lost answer: what became of the payment? When the server knows nothing of it, the
     * form is free again, to change it or to start over.
     */
    async check() {
        if (this.state.phase !== "lost" || this.state.isChecking) {
            return;
        }
        Object.assign(this.state, { isChecking: true, refusal: "" });
        try {
            this.onAnswer(await this.receivables.settle(this.attempt));
        } catch (error) {
            this.onError(error);
        } finally {
            this.state.isChecking = false;
        }
    }

    onAnswer(answer) {
        switch (attemptFate(this.attempt, answer)) {
            case "paid":
                Object.assign(this.state, { result: answer, phase: "paid" });
                break;
            case "takenBack":
                this.freeForm();
                this.state.notice = takenBackSentence(answer.payment);
                break;
            case "free":
                this.freeForm();
                this.state.notice = _t(
                    "Nothing was booked. You can change the payment and try again."
                );
        }
    }

    onError(error) {
        const wasSending = this.state.phase === "sending";
        const isRefused = isRefusal(error);
        this.state.phase = "lost";
        if (!isRefused) {
            if (!isAnswerLost(error)) {
                throw error;
            }
            if (!wasSending) {
                this.state.refusal = _t("Still no connection. Check again in a moment.");
            }
            return;
        }
        this.state.refusal = refusalSentence(error);
        if (attemptFate(this.attempt, { isRefused }) === "free") {
            this.freeForm();
            if (!isExplained(error)) {
                this.state.notice = _t("Nothing was booked.");
            }
        }
        this.screens.leaveIfSessionClosed();
    }

    /** Nothing is under way any more. What was typed stays, unless it was for other invoices. */
    freeForm() {
        const ids = (invoices) => invoices.map(({ id }) => id).join();
        const isSame = ids(this.invoices) === ids(this.props.invoices);
        this.attempt = null;
        Object.assign(this.state, { phase: "form" }, isSame ? {} : this.initialForm);
    }

    // -- Once it is paid -----------------------------------------------------------------------------

    get entry() {
        const { payment, invoices } = this.state.result;
        return { state: "posted", void: false, ...payment, invoices };
    }

    async print() {
        const isCopy = this.state.printCount > 0;
        this.state.printCount++;
        await this.screens.print(this.entry, { isCopy });
    }

    email() {
        return this.screens.email(this.entry);
    }

    goBack() {
        if (this.state.phase === "sending") {
            return;
        }
        this.props.getPayload({ isListStale: this.isListStale });
        this.props.close();
    }

    // -- Hands -------------------------------------------------------------------------------------

    setAmount(amount) {
        this.changeAmount(this.format(amount));
        this.focusAmount();
    }

    /** Each invoice what it asks for now, not the oldest everything. */
    payDueNow() {
        this.setAmount(this.dueNow);
        if (this.hasSplit) {
            this.state.typed = Object.fromEntries(
                this.invoices.map(({ id, amount_due_now }) => [id, this.format(amount_due_now)])
            );
        }
    }

    setTendered(amount) {
        this.state.tendered = this.format(amount);
        // Nothing else is needed: Enter pays.
        this.payRef.el.focus();
    }

    /** A box that was locked while the payment was sent has lost the focus. */
    focusNextStep(phase) {
        if (phase === "form") {
            this.focusAmount();
        } else if (phase === "lost") {
            this.payRef.el.focus();
        } else if (phase === "paid") {
            this.nextRef.el.focus();
        }
    }

    /** On a touch screen a focused box brings up the keyboard: there a tap opens the number pad. */
    focusAmount() {
        if (this.ui.isSmall || hasTouch()) {
            this.formRef.el?.focus({ preventScroll: true });
        } else {
            this.amountRef.el?.focus();
            this.amountRef.el?.select();
        }
    }

    /**
     * A finger gets the number pad, a mouse and keyboard the box itself.
     *
     * @returns {Promise<string|undefined>} undefined when nothing was entered there
     */
    async askFinger(ev, title, startingValue) {
        if (this.isLocked || !(this.ui.isSmall || ev.pointerType === "touch")) {
            return undefined;
        }
        ev.target.blur();
        const typed = await makeAwaitable(this.dialog, NumberPopup, { title, startingValue });
        return typed === undefined ? undefined : String(typed);
    }

    async onClickAmount(ev) {
        const typed = await this.askFinger(ev, _t("Amount"), this.state.amount);
        if (typed !== undefined) {
            this.changeAmount(typed);
        }
    }

    async onClickTendered(ev) {
        const typed = await this.askFinger(ev, _t("Cash received"), this.state.tendered);
        if (typed !== undefined) {
            this.state.tendered = typed;
        }
    }
}

registry.category("lazy_components").add("RegisterPaymentPopup", RegisterPaymentPopup);
