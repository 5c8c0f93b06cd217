import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { uuidv4 } from "@point_of_sale/utils";
import { hasTouch } from "@web/core/browser/feature_detection";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { PaymentDone } from "@pos_receivable/app/components/payment_done/payment_done";
import { fromSteps, parseAmount, toSteps } from "@pos_receivable/app/utils/amounts";
import {
    amountProblem,
    hasDueNow,
    settlingSteps,
    spread,
    stepsLeft,
} from "@pos_receivable/app/utils/due";
import { formatDay } from "@pos_receivable/app/utils/invoice_status";
import {
    isAnswerLost,
    offlineSentence,
    refusalSentence,
} from "@pos_receivable/app/utils/server_answer";
import { changeFor, DEFAULT_DENOMINATIONS, suggestTenders } from "@pos_receivable/app/utils/tender";

const { DateTime } = luxon;

/**
 * Take one payment: how much, by which method, and the large figures once it is booked.
 *
 * `phase` says where the payment stands:
 * - form: nothing was sent, or the server refused and nothing was booked;
 * - sending: the answer is awaited, everything is locked;
 * - lost: the answer did not come, so the payment may be booked: only the same request may go again;
 * - paid: booked.
 */
export class RegisterPaymentPopup extends Component {
    static template = "pos_receivable.RegisterPaymentPopup";
    static components = { Dialog, PaymentDone };
    static props = {
        partner: Object,
        customerName: String,
        invoices: Array,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.formRef = useRef("form");
        this.amountRef = useRef("amount");
        this.alertRef = useRef("alert");
        this.payRef = useRef("pay");
        this.nextRef = useRef("next");
        this.today = DateTime.now().toISODate();
        this.attempt = this.pos.paymentAttempts.find(this.invoices.map(({ id }) => id));
        this.isListStale = Boolean(this.attempt);
        this.state = useState({
            /** @type {"form"|"sending"|"lost"|"paid"} */
            phase: this.attempt ? "lost" : "form",
            refusal: "",
            result: null,
            ...this.initialForm,
        });

        useHotkey("escape", () => this.goBack());
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
        return this.props.invoices;
    }

    get currency() {
        return this.pos.currency;
    }

    get title() {
        const [invoice, ...others] = this.invoices;
        return others.length ? _t("%s invoices", this.invoices.length) : invoice.name;
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
            return { ...this.attempt.form };
        }
        const settling = this.sumOf((invoice) => settlingSteps(invoice, this.currency));
        return {
            amount: this.format(settling),
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
        switch (this.amountProblem) {
            case "unreadable":
                return _t("This is not an amount.");
            case "tooFine":
                return _t("The smallest step is %s.", this.formatCurrency(this.currency.rounding));
            case "notPositive":
                return _t("The amount must be more than zero.");
            case "tooMuch":
                return _t("%(amount)s is the most that can be paid on %(invoice)s.", {
                    amount: this.formatCurrency(this.due),
                    invoice: this.title,
                });
        }
        return "";
    }

    formatCurrency(amount) {
        return this.env.utils.formatCurrency(amount);
    }

    get allocations() {
        return spread(this.amount, this.invoices, this.currency);
    }

    /** What stays due after this payment, or null while the amount cannot be paid. */
    get left() {
        if (this.amountProblem) {
            return null;
        }
        const paid = Object.fromEntries(
            this.allocations.map(({ invoice_id, amount }) => [invoice_id, amount])
        );
        return this.sumOf((invoice) =>
            stepsLeft(invoice, toSteps(paid[invoice.id] || 0, this.currency), this.currency)
        );
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

    get isTendered() {
        return this.isCash && Boolean(this.state.tendered.trim());
    }

    /** An empty box means the exact amount was handed over. */
    get tendered() {
        return this.isTendered ? parseAmount(this.state.tendered, localization) : null;
    }

    get change() {
        return this.isTendered && this.tendered !== null && !this.amountProblem
            ? changeFor(this.amount, this.tendered, this.currency)
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
            this.amount,
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
            : _t("Pay now %s", this.formatCurrency(this.amount));
    }

    makeAttempt() {
        const { amount, journalId, tendered, date, reference } = this.state;
        return {
            uuid: uuidv4(),
            partner_id: this.props.partner.id,
            journal_id: journalId,
            allocations: this.allocations,
            // Today is the server's to say: the clock of a till may be in another time zone.
            payment_date: date && date !== this.today ? date : null,
            reference: reference.trim(),
            tendered: this.tendered,
            // To show the same form again when the popup is opened anew.
            form: { amount, journalId, tendered, date, reference },
        };
    }

    async pay() {
        if (!this.canPay) {
            return;
        }
        const wasLost = this.state.phase === "lost";
        if (!wasLost && this.pos.data.network.offline) {
            this.state.refusal = offlineSentence();
            return;
        }
        this.attempt = wasLost ? this.attempt : this.makeAttempt();
        Object.assign(this.state, { phase: "sending", refusal: "" });
        this.isListStale = true;
        try {
            this.state.result = await this.pos.bookInvoicePayment(this.attempt);
            this.state.phase = "paid";
        } catch (error) {
            this.onNotBooked(error);
        }
    }

    onNotBooked(error) {
        if (isAnswerLost(error)) {
            this.state.phase = "lost";
            return;
        }
        this.state.phase = "form";
        this.attempt = null;
        this.state.refusal = refusalSentence(error);
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
        this.state.amount = this.format(amount);
        this.focusAmount();
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

    /** A finger gets the number pad, a mouse and keyboard the box itself. */
    async onClickBox(ev, field, title) {
        if (this.isLocked || !(this.ui.isSmall || ev.pointerType === "touch")) {
            return;
        }
        ev.target.blur();
        const typed = await makeAwaitable(this.dialog, NumberPopup, {
            title,
            startingValue: this.state[field],
        });
        if (typed !== undefined) {
            this.state[field] = String(typed);
        }
    }

    onClickAmount(ev) {
        return this.onClickBox(ev, "amount", _t("Amount"));
    }

    onClickTendered(ev) {
        return this.onClickBox(ev, "tendered", _t("Cash received"));
    }

    formatDay(date) {
        return formatDay(date);
    }
}
