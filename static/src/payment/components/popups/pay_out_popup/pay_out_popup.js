import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { parseAmount } from "@pos_receivable/payment/utils/amounts";
import { amountProblem } from "@pos_receivable/payment/utils/due";
import { useMeantPress } from "@pos_receivable/payment/utils/meant_press";
import { PaymentDone } from "@pos_receivable/payment/components/payment_done/payment_done";
import { useNumberPad } from "@pos_receivable/payment/hooks/number_pad";
import { usePaymentAttempt } from "@pos_receivable/payment/hooks/payment_attempt";
import { problemSentence } from "@pos_receivable/payment/utils/problem_sentence";

/** Pay out what a customer has to their credit: how much of it, and from where. */
export class PayOutPopup extends Component {
    static template = "pos_receivable.PayOutPopup";
    static components = { Dialog, PaymentDone };
    static props = {
        partner: Object,
        customerName: String,
        /** As `pos.session.get_open_credits` lists it. */
        credit: Object,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.screens = useReceivableScreens();
        this.payRef = useRef("pay");
        this.nextRef = useRef("next");
        const { credit, partner } = this.props;
        this.attempt = usePaymentAttempt({
            invoices: [],
            partner,
            creditId: credit.id,
            onFree: () => {},
        });
        const { request } = this.attempt;
        this.state = useState({
            amount: this.format(request?.amount ?? credit.amount),
            journalId: request?.journal_id ?? this.journals[0]?.id,
            printCount: 0,
        });
        this.askNumberPad = useNumberPad();
        useHotkey("escape", () => this.goBack());
        useMeantPress(() => this.attempt.phase);
        useEffect(
            (phase) => this.focusNextStep(phase),
            () => [this.attempt.phase]
        );
    }

    get journals() {
        return this.pos.config._invoice_payment_journals || [];
    }

    get currency() {
        return this.pos.currency;
    }

    format(amount) {
        return this.env.utils.formatCurrency(amount, false);
    }

    formatCurrency(amount) {
        return this.env.utils.formatCurrency(amount);
    }

    get amount() {
        return parseAmount(this.state.amount, localization);
    }

    get code() {
        return this.state.amount.trim()
            ? amountProblem(this.amount, this.props.credit.amount, this.currency)
            : "empty";
    }

    get message() {
        const { amount, name } = this.props.credit;
        if (this.code === "tooMuch") {
            return _t("%(amount)s is all that is left of %(credit)s.", {
                amount: this.formatCurrency(amount),
                credit: name,
            });
        }
        return problemSentence(this.code && { code: this.code }, {
            formatCurrency: (sum) => this.formatCurrency(sum),
            currency: this.currency,
            title: name,
        });
    }

    get payLabel() {
        switch (this.attempt.phase) {
            case "sending":
                return _t("Paying out…");
            case "lost":
                return _t("Try again");
        }
        return this.code ? _t("Pay out") : _t("Pay out %s", this.formatCurrency(this.amount));
    }

    get canPay() {
        const { phase, isBusy } = this.attempt;
        const isReady = phase === "form" && !this.code && Boolean(this.state.journalId);
        return !isBusy && (phase === "lost" || isReady);
    }

    async pay() {
        if (this.attempt.phase === "lost") {
            await this.attempt.sendAgain();
        } else if (this.canPay) {
            const { id, commercial_partner_id } = this.props.partner;
            const { credit } = this.props;
            await this.attempt.send({
                partner_id: id,
                commercial_partner_id,
                credit_id: credit.id,
                credit_name: credit.name,
                amount: this.amount,
                journal_id: this.state.journalId,
                allocations: [],
                invoices: [],
            });
        }
    }

    get entry() {
        const { payment, invoices } = this.attempt.result;
        return { state: "posted", void: false, ...payment, invoices };
    }

    print() {
        const isCopy = this.state.printCount > 0;
        this.state.printCount++;
        return this.screens.print(this.entry, { isCopy });
    }

    goBack() {
        if (this.attempt.isBusy) {
            return;
        }
        this.props.getPayload({ isListStale: this.attempt.hasMoved });
        this.props.close();
    }

    /** A box that was locked while it was sent has lost the focus. */
    focusNextStep(phase) {
        if (phase === "lost") {
            this.payRef.el.focus();
        } else if (phase === "paid") {
            this.nextRef.el.focus();
        }
    }

    async onClickAmount(ev) {
        if (this.attempt.isLocked) {
            return;
        }
        const typed = await this.askNumberPad(ev, _t("Amount"), this.state.amount);
        if (typed !== undefined) {
            this.state.amount = typed;
        }
    }
}

registry.category("lazy_components").add("PayOutPopup", PayOutPopup);
