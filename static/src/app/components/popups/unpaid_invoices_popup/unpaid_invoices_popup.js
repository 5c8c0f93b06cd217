import { Component, onMounted, onPatched, useExternalListener, useRef, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { hasTouch } from "@web/core/browser/feature_detection";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { InvoiceCard } from "@pos_receivable/app/components/invoice_card/invoice_card";
import { RegisterPaymentPopup } from "@pos_receivable/app/components/popups/register_payment_popup/register_payment_popup";
import { isAnswerLost, refusalSentence } from "@pos_receivable/app/utils/server_answer";

const PAGE_SIZE = 40;
const SEARCH_DELAY = 300;

/** The open invoices of a customer, page by page, and the way to pay one. */
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
            search: "",
            offset: 0,
            /** The last answer of the server: its totals stay on the screen while a page loads. */
            page: null,
        });
        this.searchLater = useDebounced(() => this.load(0), SEARCH_DELAY);

        useHotkey("escape", () => this.goBack());
        useExternalListener(window, "keydown", this.onKeydown);
        onMounted(() => {
            this.focusSearch();
            this.load(0);
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
            const page = await this.keepLast.add(
                this.pos.loadOpenInvoices(this.props.partner.id, question)
            );
            if (offset && !page.invoices.length) {
                return this.load(0);
            }
            Object.assign(this.state, { page, offset, status: "ready" });
            this.bodyRef.el?.closest(".modal-body")?.scrollTo({ top: 0 });
        } catch (error) {
            this.state.failure = isAnswerLost(error)
                ? _t("You are offline. The invoices are shown as soon as the connection is back.")
                : refusalSentence(error);
            this.state.status = "failed";
        }
    }

    turnPage(pages) {
        return this.load(this.state.offset + pages * PAGE_SIZE);
    }

    onSearchInput(ev) {
        this.state.search = ev.target.value;
        this.searchLater();
    }

    /** Enter searches at once and, like a scan, goes straight to the only invoice found. */
    async onSearchEnter() {
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

    async pay(invoice) {
        if (this.isPaying) {
            return;
        }
        this.isPaying = true;
        try {
            const outcome = await makeAwaitable(this.dialog, RegisterPaymentPopup, {
                partner: this.props.partner,
                customerName: this.customerName,
                invoices: [invoice],
            });
            if (outcome?.isListStale) {
                await this.refresh();
            }
        } finally {
            this.isPaying = false;
        }
    }

    /** After a payment: the list as it is now, or back to the order when all is paid. */
    async refresh() {
        this.state.search = "";
        await this.load(0);
        if (this.state.status === "ready" && !this.state.page.invoice_count) {
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

    /** A card that had the focus may be gone once its invoice is paid. */
    restoreFocus() {
        if (document.activeElement === document.body && this.env.dialogData.isActive) {
            this.focusSearch();
        }
    }
}
