import { Component, onMounted, onPatched, useExternalListener, useRef, useState } from "@odoo/owl";
import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { hasTouch } from "@web/core/browser/feature_detection";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { InvoiceCard } from "@pos_receivable/app/components/invoice_card/invoice_card";
import { settlingTotal } from "@pos_receivable/app/utils/due";
import { dueDay, formatDay } from "@pos_receivable/app/utils/invoice_status";
import { useMeantPress } from "@pos_receivable/app/utils/meant_press";
import { attemptFate } from "@pos_receivable/app/utils/payment_attempts";
import { loadPaymentScreen } from "@pos_receivable/app/utils/payment_screens";
import {
    isAnswerLost,
    isRefusal,
    refusalSentence,
    takenBackSentence,
} from "@pos_receivable/app/utils/server_answer";

const PAGE_SIZE = 40;
const SEARCH_DELAY = 300;
/** The most the server lists at once, and takes in one payment. */
const MOST_INVOICES = 500;

/** As the server orders them: what falls due first is paid first. */
function compareDueDays(one, other) {
    return (dueDay(one) || "").localeCompare(dueDay(other) || "") || one.id - other.id;
}

/** The open invoices of a customer, page by page, and the ways to pay one, some or all of them. */
export class UnpaidInvoicesPopup extends Component {
    static template = "pos_receivable.UnpaidInvoicesPopup";
    static components = { Dialog, InvoiceCard };
    static props = {
        partner: Object,
        getPayload: { type: Function, optional: true },
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.receivables = useReceivables();
        this.screens = useReceivableScreens();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.searchRef = useRef("search");
        this.bodyRef = useRef("body");
        this.keepLast = new KeepLast();
        this.state = useState({
            /** @type {"loading"|"ready"|"failed"} */
            status: "loading",
            failure: "",
            /** A payment window is open, or on its way. */
            isBusy: false,
            search: "",
            offset: 0,
            /** The last answer of the server: its totals stay on the screen while a page loads. */
            page: null,
            /** The selected invoices by id: whole rows, which a search or another page leaves. */
            selection: {},
            /** What became of payments whose answer was lost, by their uuid. */
            notices: {},
        });
        this.searchLater = useDebounced(() => this.load(0), SEARCH_DELAY);

        useHotkey("escape", () => this.goBack());
        useMeantPress(() => null);
        useExternalListener(window, "keydown", this.onKeydown);
        onMounted(() => {
            this.focusSearch();
            this.load(0);
            // Ahead of time: at hand by the time an invoice is chosen.
            loadPaymentScreen("RegisterPaymentPopup");
        });
        onPatched(() => this.restoreFocus());
    }

    get currency() {
        return this.pos.currency;
    }

    get customerName() {
        return this.state.page?.partner.name || this.props.partner.name;
    }

    get invoices() {
        return this.state.page.invoices;
    }

    get pager() {
        const { match_count, invoices } = this.state.page;
        const first = this.state.offset + 1;
        const last = this.state.offset + invoices.length;
        return {
            shown: match_count > PAGE_SIZE,
            range: _t("%(first)s–%(last)s of %(total)s", { first, last, total: match_count }),
            hasPrevious: this.state.offset > 0,
            hasNext: last < match_count,
        };
    }

    get countLabel() {
        const count = this.state.page.invoice_count;
        return count === 1 ? _t("1 open invoice") : _t("%s open invoices", count);
    }

    /** Only the answer to the last question counts: an earlier search may be answered later. */
    async load(offset = this.state.offset) {
        this.searchLater.cancel();
        this.state.status = "loading";
        const question = { search: this.state.search.trim(), offset, limit: PAGE_SIZE };
        try {
            const page = await this.keepLast.add(this.ask(question));
            if (offset && !page.invoices.length) {
                return this.load(0);
            }
            Object.assign(this.state, { page, offset, status: "ready" });
            this.updateSelection(page.invoices);
            this.bodyRef.el?.closest(".modal-body")?.scrollTo({ top: 0 });
        } catch (error) {
            this.fail(error);
        }
    }

    /** Anew, should a payment that was unfinished until now turn out to be booked. */
    async ask(question) {
        const page = await this.receivables.loadOpenInvoices(this.props.partner.id, question);
        return (await this.settleAttempts(page.partner))
            ? this.receivables.loadOpenInvoices(this.props.partner.id, question)
            : page;
    }

    /**
     * Once for all that load meanwhile.
     *
     * @returns {Promise<boolean>} whether a payment came to light, so that what was listed is out of
     *  date
     */
    settleAttempts(partner) {
        this.settling ??= this.settleEach(partner).finally(() => {
            this.settling = null;
        });
        return this.settling;
    }

    /** This customer's payments whose answer was lost: what became of each, and its receipt. */
    async settleEach(partner) {
        let isListStale = false;
        const attempts = this.receivables.attempts.ofCustomer(partner);
        if (!attempts.length || !(await loadPaymentScreen("RegisterPaymentPopup"))) {
            return isListStale;
        }
        for (const attempt of attempts) {
            const { answer, sentence } = await this.settle(attempt);
            if (answer) {
                isListStale = true;
                delete this.state.notices[attempt.uuid];
                await this.screens.askPayment("RegisterPaymentPopup", {
                    partner,
                    customerName: partner.name,
                    invoices: attempt.invoices,
                    booked: answer,
                });
            } else {
                this.state.notices[attempt.uuid] = sentence;
            }
        }
        return isListStale;
    }

    async settle(attempt) {
        const subject = {
            amount: this.env.utils.formatCurrency(
                attempt.allocations.reduce((sum, { amount }) => sum + amount, 0)
            ),
            invoices: attempt.invoices.map(({ name }) => name).join(", "),
        };
        let answer;
        try {
            answer = await this.receivables.settle(attempt);
        } catch (error) {
            if (!isAnswerLost(error) && !isRefusal(error)) {
                throw error;
            }
            return {
                sentence: _t(
                    "%(amount)s for %(invoices)s: it is not known yet whether this payment was booked. Take no money for it again; open the list once more to find out.",
                    subject
                ),
            };
        }
        switch (attemptFate(attempt, answer)) {
            case "paid":
                return { answer };
            case "takenBack":
                return {
                    sentence: _t("%(amount)s for %(invoices)s: %(story)s", {
                        ...subject,
                        story: takenBackSentence(answer.payment),
                    }),
                };
        }
        return {
            sentence: _t(
                "%(amount)s for %(invoices)s: this unfinished payment was not booked.",
                subject
            ),
        };
    }

    fail(error) {
        this.state.failure = isAnswerLost(error)
            ? _t("You are offline. The invoices are shown as soon as the connection is back.")
            : refusalSentence(error);
        this.state.status = "failed";
        this.screens.leaveIfSessionClosed();
    }

    /** Newer rows replace what was selected from an earlier answer; what is paid is let go. */
    updateSelection(invoices) {
        for (const invoice of invoices) {
            if (invoice.id in this.state.selection) {
                if (invoice.payable) {
                    this.state.selection[invoice.id] = invoice;
                } else {
                    delete this.state.selection[invoice.id];
                }
            }
        }
    }

    turnPage(pages) {
        return this.load(this.state.offset + pages * PAGE_SIZE);
    }

    onSearchInput(ev) {
        this.state.search = ev.target.value;
        this.searchLater();
    }

    /**
     * Enter searches at once and, like a scan, goes straight to the only invoice found. With
     * nothing to search it presses the button of the selection.
     */
    async onSearchEnter() {
        if (!this.state.search.trim()) {
            return this.selected.length ? this.paySelected() : undefined;
        }
        await this.load(0);
        if (this.state.status !== "ready" || !this.state.search.trim()) {
            return;
        }
        const [invoice, ...others] = this.invoices;
        if (invoice?.payable && !others.length) {
            await this.pay(invoice);
        }
    }

    clearSearch() {
        this.state.search = "";
        this.focusSearch();
        return this.load(0);
    }

    /** Typing anywhere in the popup goes to the search box. */
    onKeydown(ev) {
        const isTyping = ev.key.length === 1 && ev.key !== " ";
        if (
            !isTyping ||
            ev.ctrlKey ||
            ev.metaKey ||
            ev.altKey ||
            !this.env.dialogData.isActive ||
            ev.target === this.searchRef.el
        ) {
            return;
        }
        this.searchRef.el.focus();
        if (ev.key === "/") {
            ev.preventDefault();
        }
    }

    // -- Selecting ---------------------------------------------------------------------------------

    get selected() {
        return Object.values(this.state.selection).sort(compareDueDays);
    }

    get isLocked() {
        return this.state.isBusy || this.state.status !== "ready";
    }

    get selectedLabel() {
        const values = {
            count: this.selected.length,
            amount: this.env.utils.formatCurrency(settlingTotal(this.selected, this.currency)),
        };
        return this.ui.isSmall
            ? _t("Pay (%(count)s) %(amount)s", values)
            : _t("Pay selected (%(count)s) %(amount)s", values);
    }

    toggle(invoice) {
        if (invoice.id in this.state.selection) {
            delete this.state.selection[invoice.id];
        } else {
            this.state.selection[invoice.id] = invoice;
        }
    }

    // -- Paying ------------------------------------------------------------------------------------

    /** One payment window at a time, however fast the taps. */
    async exclusively(action) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await action();
        } finally {
            this.state.isBusy = false;
        }
    }

    pay(invoice) {
        return this.exclusively(() => this.register([invoice]));
    }

    paySelected() {
        return this.exclusively(() => this.register(this.selected));
    }

    payAll() {
        return this.exclusively(async () => {
            const invoices = await this.loadPayable();
            if (invoices?.length) {
                await this.register(invoices);
            }
        });
    }

    /** A typed sum, spread over the selected invoices or else over all of them. */
    payAmount() {
        return this.exclusively(async () => {
            const amount = await makeAwaitable(this.dialog, NumberPopup, {
                title: _t("Amount to pay"),
                confirmButtonLabel: _t("Spread"),
            });
            if (!String(amount ?? "").trim()) {
                return;
            }
            const invoices = this.selected.length ? this.selected : await this.loadPayable();
            if (invoices?.length) {
                await this.register(invoices, String(amount));
            }
        });
    }

    /** Credit goes to the selected invoices or else to all of them; what is left is paid as usual. */
    useCredit() {
        return this.exclusively(async () => {
            const invoices = this.selected.length ? this.selected : await this.loadPayable();
            if (!invoices?.length) {
                return;
            }
            const outcome = await this.screens.askPayment("UseCreditPopup", {
                partner: this.props.partner,
                customerName: this.customerName,
                invoices,
            });
            if (outcome?.invoices) {
                this.notification.add(
                    _t("%s of credit was used.", this.env.utils.formatCurrency(outcome.applied)),
                    { type: "success" }
                );
                this.updateSelection(outcome.invoices);
            }
            if (outcome?.isListStale) {
                await this.refresh();
            }
        });
    }

    showHistory() {
        return this.exclusively(async () => {
            const outcome = await this.screens.showPayments();
            if (outcome?.isListStale) {
                await this.load();
            }
        });
    }

    async register(invoices, amount = "") {
        this.state.notices = {};
        const outcome = await this.screens.askPayment("RegisterPaymentPopup", {
            partner: this.state.page.partner,
            customerName: this.customerName,
            invoices,
            amount,
        });
        if (outcome?.isListStale) {
            this.state.selection = {};
            await this.refresh();
        }
    }

    /** Everything the customer can pay, as it is now, or null when the server cannot tell. */
    async loadPayable() {
        try {
            const { invoices } = await this.receivables.loadOpenInvoices(this.props.partner.id, {
                limit: MOST_INVOICES,
            });
            return invoices.filter(({ payable }) => payable);
        } catch (error) {
            this.fail(error);
            return null;
        }
    }

    /**
     * After a payment: the list as it is now, or back to the order when all is paid and nothing is
     * left to be read.
     */
    async refresh() {
        this.state.search = "";
        await this.load(0);
        if (
            this.state.status === "ready" &&
            !this.state.page.invoice_count &&
            !Object.keys(this.state.notices).length
        ) {
            this.notification.add(_t("%s has nothing left to pay.", this.customerName), {
                type: "success",
            });
            this.props.close();
        }
    }

    goBack() {
        if (this.state.search) {
            return this.clearSearch();
        }
        this.props.close();
    }

    /** On a touch screen the focus on the search would bring up the keyboard over the list. */
    focusSearch() {
        const target = this.ui.isSmall || hasTouch() ? this.bodyRef : this.searchRef;
        target.el?.focus({ preventScroll: true });
    }

    get lastPaymentLabel() {
        const { amount, date, currency_id } = this.state.page.last_payment;
        return _t("Last payment: %(amount)s on %(date)s.", {
            amount: formatCurrency(amount, currency_id),
            date: formatDay(date),
        });
    }

    /** A card that had the focus may be gone once its invoice is paid. */
    restoreFocus() {
        if (document.activeElement === document.body && this.env.dialogData.isActive) {
            this.focusSearch();
        }
    }
}
