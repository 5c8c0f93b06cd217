import { fromSteps, toSteps } from "@pos_receivable/payment/utils/amounts";
import {
    amountProblem,
    distribute,
    dueNowTotal,
    dueTotal,
    hasDueNow,
    leftTotal,
    settlingTotal,
    toAllocations,
} from "@pos_receivable/payment/utils/due";
import { cashFor, changeFor, suggestTenders } from "@pos_receivable/payment/utils/tender";

const idsOf = (invoices) => invoices.map(({ id }) => id).join();

/**
 * One payment while it is entered: how much, how much of it on which invoice, in which money, and what
 * is wrong with it.
 *
 * @typedef {import("./problem_sentence").FormProblem} FormProblem
 *
 * @typedef {Object} Shop what a form must know of the point of sale
 * @property {Object} currency
 * @property {{id: number, type: string}[]} journals the ways to pay
 * @property {{round: Function}|null} cashRounding where the shop rounds cash
 * @property {{most: number}|null} onAccount where the shop keeps money on account; 0 for no limit
 * @property {number[]} denominations its coins and notes, when they are set up
 * @property {string} today
 * @property {(text: string) => number|null} parse reads an amount
 * @property {(amount: number) => string} format writes it, without the currency's symbol
 */
export class PaymentForm {
    /**
     * @param {Shop} shop
     * @param {Object[]} invoices as `pos.session.get_open_invoices` lists them; none for a deposit
     * @param {Object} [entered] from the start; all of it when a form is shown again
     */
    constructor(shop, invoices, entered = {}) {
        this.shop = shop;
        this.invoices = invoices;
        this.fill(entered);
    }

    fill(entered = {}) {
        /** As it stands in the boxes: amounts as they were typed. */
        this.entered = {
            journalId: this.shop.journals[0]?.id,
            tendered: "",
            date: this.shop.today,
            reference: "",
            /** What is more than due was to be kept: never without a word of the cashier. */
            keepsExcess: false,
            ...entered,
            amount: entered.amount || this.proposedAmount,
            /** The parts fixed by hand, by invoice id. */
            typed: { ...entered.typed },
        };
    }

    /**
     * Be about these invoices from now on. What was typed stays, unless it was for others: then begin
     * as the form would have begun with these.
     */
    turnTo(invoices, entered) {
        const isSame = idsOf(invoices) === idsOf(this.invoices);
        const excess = this.excess;
        this.invoices = invoices;
        if (this.excess !== excess) {
            this.entered.keepsExcess = false;
        }
        if (!isSame) {
            this.fill(entered);
        }
    }

    get currency() {
        return this.shop.currency;
    }

    format(amount) {
        return this.shop.format(amount);
    }

    // -- How much ----------------------------------------------------------------------------------

    get due() {
        return dueTotal(this.invoices, this.currency);
    }

    get dueNow() {
        return dueNowTotal(this.invoices, this.currency);
    }

    get hasDueNow() {
        return this.invoices.some((invoice) => hasDueNow(invoice, this.currency));
    }

    /** @returns {number|null} null when it cannot be read */
    get amount() {
        return this.shop.parse(this.entered.amount);
    }

    get proposedAmount() {
        return this.isDeposit ? "" : this.format(settlingTotal(this.invoices, this.currency));
    }

    /** @returns {FormProblem|null} */
    get amountProblem() {
        if (!this.entered.amount.trim()) {
            return { field: "amount", code: "empty", amount: this.due };
        }
        const isKept = this.isDeposit || this.entered.keepsExcess;
        const most = isKept ? Infinity : this.due;
        const code = amountProblem(this.amount, most, this.currency);
        if (code) {
            return { field: "amount", code, amount: this.due };
        }
        const limit = this.shop.onAccount?.most;
        return limit && toSteps(this.onAccount, this.currency) > toSteps(limit, this.currency)
            ? { field: "amount", code: "tooMuchKept", amount: limit }
            : null;
    }

    /** Another amount is spread anew, and what is more than due asked about again. */
    typeAmount(text) {
        this.entered.amount = text;
        this.entered.keepsExcess = false;
        this.spreadAgain();
    }

    // -- Kept on account ---------------------------------------------------------------------------

    /** Whether nothing is paid: all of it is kept. */
    get isDeposit() {
        return !this.invoices.length;
    }

    /** What is more than due, in steps. */
    get excess() {
        const [amount, due] = [this.amount ?? 0, this.due].map((sum) =>
            toSteps(sum, this.currency)
        );
        return Math.max(0, amount - due);
    }

    /** Whether to offer that what is more than due is kept. */
    get canKeepExcess() {
        return Boolean(
            this.shop.onAccount && !this.isDeposit && this.amountProblem?.code === "tooMuch"
        );
    }

    get excessAmount() {
        return fromSteps(this.excess, this.currency);
    }

    keepExcess() {
        this.entered.keepsExcess = true;
    }

    /** What is kept of the amount. */
    get onAccount() {
        return this.isDeposit || this.entered.keepsExcess ? this.excessAmount : 0;
    }

    /** What the invoices get of it. */
    get forInvoices() {
        const kept = toSteps(this.onAccount, this.currency);
        return fromSteps(toSteps(this.amount ?? 0, this.currency) - kept, this.currency);
    }

    payInFull() {
        this.typeAmount(this.format(this.due));
    }

    /** Each invoice what it asks for now, not the oldest everything. */
    payDueNow() {
        this.typeAmount(this.format(this.dueNow));
        if (this.hasSplit) {
            this.entered.typed = Object.fromEntries(
                this.invoices.map(({ id, amount_due_now }) => [id, this.format(amount_due_now)])
            );
        }
    }

    // -- The split ---------------------------------------------------------------------------------

    get hasSplit() {
        return this.invoices.length > 1;
    }

    /** An emptied box gives the invoice nothing. */
    readPart(text) {
        return text.trim() ? this.shop.parse(text) : 0;
    }

    /** @returns {{parts: Object<number, number>, rest: number}} in steps, see `distribute` */
    get distribution() {
        const fixed = {};
        for (const [id, text] of Object.entries(this.entered.typed)) {
            fixed[id] = this.readPart(text) ?? 0;
        }
        return distribute(this.forInvoices, this.invoices, fixed, this.currency);
    }

    /** @returns {FormProblem[]} the parts that cannot be paid */
    get partProblems() {
        const { typed } = this.entered;
        return this.invoices
            .filter(({ id }) => id in typed)
            .map((invoice) => {
                const part = this.readPart(typed[invoice.id]);
                const most = invoice.amount_due;
                const code = part === 0 ? null : amountProblem(part, most, this.currency);
                return code && { field: "part", code, amount: most, invoice };
            })
            .filter(Boolean);
    }

    /** @returns {FormProblem[]} why the parts are not the amount */
    get splitProblems() {
        const { rest } = this.distribution;
        if (!this.hasSplit || !rest) {
            return this.partProblems;
        }
        const amount = fromSteps(rest, this.currency);
        return [...this.partProblems, { field: "split", code: "rest", amount }];
    }

    get allocations() {
        return toAllocations(this.distribution.parts, this.invoices, this.currency);
    }

    /** What stays due after this payment, or null while it cannot be paid. */
    get left() {
        return this.amountProblem || this.splitProblems.length
            ? null
            : leftTotal(this.invoices, this.distribution.parts, this.currency);
    }

    /** The early-payment discount this amount is granted. */
    get discount() {
        if (this.left === null) {
            return 0;
        }
        const [due, paid, left] = [this.due, this.forInvoices, this.left].map((sum) =>
            toSteps(sum, this.currency)
        );
        return fromSteps(due - paid - left, this.currency);
    }

    typePart(id, text) {
        this.entered.typed[id] = text;
    }

    spreadAgain() {
        this.entered.typed = {};
    }

    /** Pay what the parts come to: they stay as they are. */
    takeSum(steps) {
        const kept = toSteps(this.onAccount, this.currency);
        this.entered.amount = this.format(fromSteps(steps + kept, this.currency));
    }

    // -- The money ---------------------------------------------------------------------------------

    get journal() {
        return this.shop.journals.find(({ id }) => id === this.entered.journalId);
    }

    get isCash() {
        return this.journal?.type === "cash";
    }

    /** What is taken in by this method: where cash is rounded, not quite what is settled. */
    get toPay() {
        return cashFor(this.amount, this.isCash && this.shop.cashRounding, this.currency);
    }

    get isRounded() {
        return !this.amountProblem && !this.currency.equal(this.toPay, this.amount);
    }

    /** @returns {FormProblem|null} */
    get cashProblem() {
        return this.isRounded && !this.currency.isPositive(this.toPay)
            ? { field: "cash", code: "tooLittle", amount: this.amount }
            : null;
    }

    get isTendered() {
        return this.isCash && Boolean(this.entered.tendered.trim());
    }

    /** @returns {number|null} null when the box is empty, for the exact amount, or unreadable */
    get tendered() {
        return this.isTendered ? this.shop.parse(this.entered.tendered) : null;
    }

    /** @returns {number|null} negative when something is missing */
    get change() {
        return this.tendered === null || this.amountProblem
            ? null
            : changeFor(this.toPay, this.tendered, this.currency);
    }

    /** @returns {FormProblem|null} */
    get tenderedProblem() {
        if (!this.isTendered || this.amountProblem) {
            return null;
        }
        if (this.tendered === null) {
            return { field: "tendered", code: "unreadable" };
        }
        return this.currency.isNegative(this.change)
            ? { field: "tendered", code: "missing", amount: -this.change }
            : null;
    }

    get suggestedTenders() {
        return this.amountProblem
            ? []
            : suggestTenders(this.toPay, this.shop.denominations, this.currency);
    }

    tender(amount) {
        this.entered.tendered = this.format(amount);
    }

    // -- All of it ---------------------------------------------------------------------------------

    get isFutureDate() {
        return this.entered.date > this.shop.today;
    }

    /** @returns {FormProblem[]} all that keeps the payment from being sent */
    get problems() {
        return [
            !this.journal && { field: "journal", code: "none" },
            this.amountProblem,
            ...this.splitProblems,
            this.cashProblem,
            this.tenderedProblem,
            this.isFutureDate && { field: "date", code: "future" },
        ].filter(Boolean);
    }

    get canBePaid() {
        return !this.problems.length;
    }

    /** What to send, and to remember until it is answered. */
    get request() {
        const { journalId, date, reference, typed } = this.entered;
        return {
            journal_id: journalId,
            allocations: this.allocations,
            on_account: this.onAccount,
            // Today is the server's to say: the clock of a till may be in another time zone.
            payment_date: date && date !== this.shop.today ? date : null,
            reference: reference.trim(),
            tendered: this.tendered,
            invoices: this.invoices,
            // To show the same form again when the popup is opened anew.
            form: { ...this.entered, typed: { ...typed } },
        };
    }
}
