import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { InvoiceCard } from "@pos_receivable/payment/components/invoice_card/invoice_card";
import { InvoicePager } from "@pos_receivable/payment/components/invoice_pager/invoice_pager";
import { LoadFailure } from "@pos_receivable/payment/components/load_failure/load_failure";
import { useOpenInvoices } from "@pos_receivable/payment/hooks/open_invoices";
import {
    usePaymentGuide,
    useReceivables,
    useReceivableScreens,
} from "@pos_receivable/app/hooks/receivables_hook";
import { useSearchFocus } from "@pos_receivable/payment/hooks/search_focus";
import { isInvoice } from "@pos_receivable/app/utils/debts";
import { settlingTotal } from "@pos_receivable/payment/utils/due";
import { formatDay } from "@pos_receivable/payment/utils/invoice_status";
import { useMeantPress } from "@pos_receivable/payment/utils/meant_press";
import { Selection } from "@pos_receivable/payment/utils/selection";

const PAGE_SIZE = 40;
const SEARCH_DELAY = 300;
/** The most the server lists at once, and takes in one payment. */
const MOST_INVOICES = 500;

/** The open invoices of a customer, page by page, and the ways to pay one, some or all of them. */
export class UnpaidInvoicesPopup extends Component {
    static template = "pos_receivable.UnpaidInvoicesPopup";
    static components = { Dialog, InvoiceCard, InvoicePager, LoadFailure };
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
        this.bodyRef = useRef("body");
        this.state = useState({
            /** A payment window is open, or on its way. */
            isBusy: false,
            search: "",
        });
        this.selection = useState(new Selection());
        const { list, lostPayments } = useOpenInvoices(this.props.partner.id, {
            pageSize: PAGE_SIZE,
            getSearch: () => this.state.search.trim(),
            onLoaded: ({ page }) => {
                this.selection.update(page.invoices);
                this.bodyRef.el?.closest(".modal-body")?.scrollTo({ top: 0 });
            },
        });
        this.list = list;
        this.lostPayments = lostPayments;
        this.searchLater = useDebounced(() => this.load(0), SEARCH_DELAY);

        useHotkey("escape", () => this.goBack());
        useMeantPress(() => null);
        this.focusSearch = useSearchFocus();
        const guide = usePaymentGuide();
        // It would cover what is due.
        onMounted(() => guide.withdraw());
    }

    // -- The list ----------------------------------------------------------------------------------

    get currency() {
        return this.pos.currency;
    }

    /** The last answer of the server: its totals stay on the screen while a page loads. */
    get page() {
        return this.list.data?.page;
    }

    get offset() {
        return this.list.data?.offset || 0;
    }

    get customerName() {
        return this.page?.partner.name || this.props.partner.name;
    }

    get invoices() {
        return this.page.invoices;
    }

    get hasPages() {
        return this.page?.match_count > PAGE_SIZE;
    }

    get countLabel() {
        const count = this.page.invoice_count;
        if (!this.page.invoices.every(isInvoice)) {
            return count === 1 ? _t("1 open item") : _t("%s open items", count);
        }
        return count === 1 ? _t("1 open invoice") : _t("%s open invoices", count);
    }

    get nothingFound() {
        return _t("No unpaid invoice matches “%s”.", this.state.search.trim());
    }

    get lastPaymentLabel() {
        const { amount, date, currency_id } = this.page.last_payment;
        return _t("Last payment: %(amount)s on %(date)s.", {
            amount: formatCurrency(amount, currency_id),
            date: formatDay(date),
        });
    }

    load(offset = this.offset) {
        this.searchLater.cancel();
        return this.list.load(offset);
    }

    turnPage(pages) {
        return this.load(this.offset + pages * PAGE_SIZE);
    }

    // -- Searching ---------------------------------------------------------------------------------

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
        if (!(await this.load(0)) || !this.state.search.trim()) {
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

    // -- Paying ------------------------------------------------------------------------------------

    get selected() {
        return this.selection.invoices;
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

    get isLocked() {
        return this.state.isBusy || !this.list.isReady;
    }

    /** One payment window at a time, however fast the taps. */
    async exclusively(action) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        // What was typed a moment ago is no reason to ask for the list behind a payment's back.
        this.searchLater.cancel();
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
        return this.exclusively(async () => this.register(await this.loadPayable()));
    }

    /** A typed sum, spread over the selected invoices or else over all of them. */
    payAmount() {
        return this.exclusively(async () => {
            const amount = await makeAwaitable(this.dialog, NumberPopup, {
                title: _t("Amount to pay"),
                confirmButtonLabel: _t("Spread"),
            });
            if (String(amount ?? "").trim()) {
                await this.register(await this.loadChosen(), String(amount));
            }
        });
    }

    /** Money for what the customer buys next, whether or not anything is due. */
    deposit() {
        return this.exclusively(async () => {
            const outcome = await this.screens.askPayment("RegisterPaymentPopup", {
                partner: this.page.partner,
                customerName: this.customerName,
                invoices: [],
            });
            if (outcome?.isListStale) {
                this.lostPayments.forget();
                await this.load(0);
            }
        });
    }

    /** Without anything to pay, credit can still be paid out. */
    get canUseCredit() {
        return (
            this.currency.isPositive(this.page.credit_total) &&
            (this.page.invoice_count > 0 || this.receivables.canPayOut())
        );
    }

    /** Credit goes to the selected invoices or else to all of them; what is left is paid as usual. */
    useCredit() {
        return this.exclusively(async () => {
            // What was bought today is not in the books yet: nothing can be set off against it.
            const chosen = await this.loadChosen();
            const invoices = chosen.filter(({ kind }) => kind !== "order_open");
            if (chosen.length && !invoices.length) {
                this.notification.add(
                    _t("Credit can be used for this once the register is closed."),
                    { type: "warning" }
                );
            }
            if (!invoices.length && !(this.list.isReady && this.receivables.canPayOut())) {
                return;
            }
            const outcome = await this.screens.askPayment("UseCreditPopup", {
                partner: this.page.partner,
                customerName: this.customerName,
                invoices,
            });
            if (outcome?.invoices) {
                this.notification.add(
                    _t("%s of credit was used.", this.env.utils.formatCurrency(outcome.applied)),
                    { type: "success" }
                );
                this.selection.update(outcome.invoices);
            }
            if (outcome?.isListStale) {
                // Without anything to pay, another credit may be paid out as well.
                await (invoices.length ? this.refresh() : this.load(0));
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
        if (!invoices.length) {
            return;
        }
        this.lostPayments.forget();
        const outcome = await this.screens.askPayment("RegisterPaymentPopup", {
            partner: this.page.partner,
            customerName: this.customerName,
            invoices,
            amount,
        });
        if (outcome?.isListStale) {
            this.selection.clear();
            await this.refresh();
        }
    }

    /** The selected invoices, or else all that can be paid. */
    loadChosen() {
        return this.selected.length ? this.selected : this.loadPayable();
    }

    /** Everything the customer can pay, as it is now; nothing when the server cannot tell. */
    async loadPayable() {
        try {
            const { invoices } = await this.receivables.loadOpenInvoices(this.props.partner.id, {
                limit: MOST_INVOICES,
            });
            return invoices.filter(({ payable }) => payable);
        } catch (error) {
            this.list.fail(error);
            return [];
        }
    }

    /**
     * After a payment: the list as it is now, or back to the order when all is paid and nothing is
     * left to be read.
     */
    async refresh() {
        this.state.search = "";
        const isLast = await this.load(0);
        if (isLast && !this.page.invoice_count && !this.lostPayments.hasNotices) {
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
}

registry.category("lazy_components").add("UnpaidInvoicesPopup", UnpaidInvoicesPopup);
