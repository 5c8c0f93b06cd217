import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { useAsyncLockedMethod } from "@point_of_sale/app/hooks/hooks";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { hasTouch } from "@web/core/browser/feature_detection";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { parseAmount } from "@pos_receivable/payment/utils/amounts";
import { formatInvoiceCurrency, isForeign } from "@pos_receivable/payment/utils/invoice_currency";
import { useMeantPress } from "@pos_receivable/payment/utils/meant_press";
import { PaymentDone } from "@pos_receivable/payment/components/payment_done/payment_done";
import { PaymentSplit } from "@pos_receivable/payment/components/payment_split/payment_split";
import { ShortfallPopup } from "@pos_receivable/payment/components/popups/shortfall_popup/shortfall_popup";
import { useNumberPad } from "@pos_receivable/payment/hooks/number_pad";
import { usePaymentAttempt } from "@pos_receivable/payment/hooks/payment_attempt";
import { PaymentForm } from "@pos_receivable/payment/utils/payment_form";
import { problemSentence } from "@pos_receivable/payment/utils/problem_sentence";
import { shortInvoices } from "@pos_receivable/payment/utils/shortfall";

const { DateTime } = luxon;

/**
 * Take one payment on one or several invoices, or a deposit on none: how much, by which method, and the large figures once
 * it is booked. What is entered is a `PaymentForm`, what becomes of it a `PaymentAttempt`: while one is
 * on, the popup shows its invoices, whatever was selected since.
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
        this.ui = useService("ui");
        this.receivables = useReceivables();
        this.screens = useReceivableScreens();
        this.formRef = useRef("form");
        this.amountRef = useRef("amount");
        this.alertRef = useRef("alert");
        this.payRef = useRef("pay");
        this.nextRef = useRef("next");
        this.state = useState({
            printCount: 0,
            /** Why less is paid is being asked. */
            isAsking: false,
        });
        const { booked, invoices, amount } = this.props;
        this.attempt = usePaymentAttempt({
            booked,
            invoices,
            partner: this.props.partner,
            onFree: () => this.form.turnTo(this.props.invoices, { amount: this.props.amount }),
        });
        const { request } = this.attempt;
        this.form = useState(
            new PaymentForm(this.shop, request?.invoices || invoices, request?.form || { amount })
        );

        this.askNumberPad = useNumberPad();
        // A double click would open two dialogs.
        this.email = useAsyncLockedMethod(this.email);
        useHotkey("escape", () => this.goBack());
        useMeantPress(() => this.attempt.phase);
        useEffect(
            (phase) => this.focusNextStep(phase),
            () => [this.attempt.phase]
        );
        useEffect(
            (alert) => {
                alert?.scrollIntoView({ block: "nearest" });
            },
            () => [this.alertRef.el, this.attempt.phase]
        );
    }

    /** @returns {import("@pos_receivable/payment/utils/payment_form").Shop} */
    get shop() {
        const {
            _invoice_payment_journals,
            cash_rounding,
            invoice_payment_on_account,
            invoice_payment_on_account_max,
            rounding_method,
        } = this.pos.config;
        return {
            currency: this.currency,
            journals: _invoice_payment_journals || [],
            onAccount: invoice_payment_on_account
                ? { most: invoice_payment_on_account_max || 0 }
                : null,
            cashRounding: cash_rounding ? rounding_method : null,
            denominations: this.pos.models["pos.bill"].map(({ value }) => value),
            today: DateTime.now().toISODate(),
            parse: (text) => parseAmount(text, localization),
            format: (amount) => this.env.utils.formatCurrency(amount, false),
        };
    }

    // -- In words ----------------------------------------------------------------------------------

    get currency() {
        return this.pos.currency;
    }

    formatCurrency(amount) {
        return this.env.utils.formatCurrency(amount);
    }

    get title() {
        const { invoices } = this.form;
        if (invoices.length > 1) {
            return _t("%s invoices", invoices.length);
        }
        return this.form.isDeposit ? _t("on account") : invoices[0].name;
    }

    /** What is due in the invoice's own currency, where that is not the till's. */
    get foreignDue() {
        const [invoice, ...others] = this.form.invoices;
        return !invoice || others.length || !isForeign(invoice, this.currency)
            ? ""
            : formatInvoiceCurrency(invoice.amount_residual, invoice);
    }

    /** Which invoices the payment that was lost is for, as another selection may have led here. */
    get lostMessage() {
        return _t(
            "Unfinished payment for %s: the answer did not come, so it may be booked already. Try again to book it, never twice, or check what became of it.",
            this.form.invoices.map(({ name }) => name).join(", ") || _t("money on account")
        );
    }

    explain(problem) {
        return problemSentence(problem, {
            formatCurrency: (amount) => this.formatCurrency(amount),
            currency: this.currency,
            title: this.title,
        });
    }

    get keepLabel() {
        return _t("Keep %s on account", this.formatCurrency(this.form.excessAmount));
    }

    get amountMessage() {
        return this.explain(this.form.amountProblem);
    }

    /** @returns {Object<number, string>} why a part cannot be paid, by invoice id */
    get partMessages() {
        return Object.fromEntries(
            this.form.partProblems.map((problem) => [problem.invoice.id, this.explain(problem)])
        );
    }

    get roundingMessage() {
        return this.explain(this.form.cashProblem);
    }

    get tenderedMessage() {
        return this.explain(this.form.tenderedProblem);
    }

    get payLabel() {
        switch (this.attempt.phase) {
            case "sending":
                return _t("Paying…");
            case "lost":
                return _t("Try again");
        }
        return this.form.amountProblem
            ? _t("Pay now")
            : _t("Pay now %s", this.formatCurrency(this.form.toPay));
    }

    // -- Paying ------------------------------------------------------------------------------------

    get canPay() {
        const { phase, isBusy } = this.attempt;
        return (
            !isBusy &&
            !this.state.isAsking &&
            (phase === "lost" || (phase === "form" && this.form.canBePaid))
        );
    }

    async pay() {
        if (this.attempt.phase === "lost") {
            await this.attempt.sendAgain();
        } else if (this.canPay) {
            const shortfalls = await this.askShortfalls();
            if (!shortfalls) {
                this.focusAmount();
            } else if (this.canPay) {
                const { id, commercial_partner_id } = this.props.partner;
                await this.attempt.send({
                    partner_id: id,
                    commercial_partner_id,
                    ...this.form.request,
                    shortfalls,
                });
            }
        }
    }

    /**
     * Why less is paid than what is due now, where the shop wants to know.
     *
     * @returns {Promise<Object[]|undefined>} nothing when the cashier went back to the payment
     */
    async askShortfalls() {
        const { invoices, distribution } = this.form;
        const short = shortInvoices(invoices, distribution.parts, this.currency);
        const isAsked = this.pos.config.invoice_payment_ask_shortfall;
        if (!isAsked || !short.length || this.receivables.isOffline) {
            return [];
        }
        this.state.isAsking = true;
        try {
            return await makeAwaitable(this.pos.dialog, ShortfallPopup, {
                customerName: this.props.customerName,
                short,
                payLabel: this.payLabel,
            });
        } finally {
            this.state.isAsking = false;
        }
    }

    // -- Once it is paid -----------------------------------------------------------------------------

    get entry() {
        const { payment, invoices } = this.attempt.result;
        return { state: "posted", void: false, ...payment, invoices };
    }

    print() {
        const isCopy = this.state.printCount > 0;
        this.state.printCount++;
        return this.screens.print(this.entry, { isCopy });
    }

    email() {
        return this.screens.email(this.entry);
    }

    goBack() {
        // While why less is paid is being asked, that has the keys.
        if (this.attempt.isBusy || this.state.isAsking) {
            return;
        }
        this.props.getPayload({ isListStale: this.attempt.hasMoved });
        this.props.close();
    }

    // -- Hands -------------------------------------------------------------------------------------

    payInFull() {
        this.form.payInFull();
        this.focusAmount();
    }

    payDueNow() {
        this.form.payDueNow();
        this.focusAmount();
    }

    keepExcess() {
        this.form.keepExcess();
        this.focusAmount();
    }

    tender(amount) {
        this.form.tender(amount);
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

    /** @param {(text: string) => void} type what to do with what was entered on the pad */
    async onClickBox(ev, title, text, type) {
        if (this.attempt.isLocked) {
            return;
        }
        const typed = await this.askNumberPad(ev, title, text);
        if (typed !== undefined) {
            type(typed);
        }
    }

    onClickAmount(ev) {
        const { form } = this;
        return this.onClickBox(ev, _t("Amount"), form.entered.amount, (text) =>
            form.typeAmount(text)
        );
    }

    onClickPart(ev, { id, name }, text) {
        const { form } = this;
        return this.onClickBox(ev, name, text, (typed) => form.typePart(id, typed));
    }

    onClickTendered(ev) {
        const { form } = this;
        return this.onClickBox(ev, _t("Cash received"), form.entered.tendered, (text) => {
            form.entered.tendered = text;
        });
    }
}

registry.category("lazy_components").add("RegisterPaymentPopup", RegisterPaymentPopup);
