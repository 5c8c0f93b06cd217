import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { dueDay, formatDay, invoiceBadges } from "@pos_receivable/payment/utils/invoice_status";

const { DateTime } = luxon;
const TODAY = DateTime.fromISO("2026-11-20");

const invoice = {
    payable: true,
    is_overdue: false,
    overdue_days: 0,
    invoice_date_due: "2026-12-14",
    next_due_date: "2026-12-14",
    discount_date: false,
    discount_percentage: 0,
    payment_state: "not_paid",
};
const labels = (values) =>
    invoiceBadges({ ...invoice, ...values }, TODAY).map(({ label }) => String(label));

// Brings the translations and the number format that the sentences need.
definePosModels();
beforeEach(async () => {
    await setupPosEnv();
});

describe("badges", () => {
    test("an invoice that can wait has none", () => {
        expect(labels({})).toEqual([]);
    });

    test("overdue counts the days", () => {
        expect(labels({ is_overdue: true, overdue_days: 23 })).toEqual(["Overdue 23 days"]);
        expect(labels({ is_overdue: true, overdue_days: 1 })).toEqual(["Overdue 1 day"]);
    });

    test("due today looks at the earliest installment", () => {
        expect(labels({ next_due_date: "2026-11-20" })).toEqual(["Due today"]);
        expect(labels({ invoice_date_due: "2026-11-20" })).toEqual([]);
    });

    test("a running discount says how much and until when", () => {
        expect(labels({ discount_percentage: 2, discount_date: "2026-11-24" })).toEqual([
            "2 % off until Nov 24",
        ]);
        expect(labels({ discount_percentage: 2.5, discount_date: "2026-11-24" })).toEqual([
            "2.5 % off until Nov 24",
        ]);
    });

    test("several states stand side by side, the most pressing first", () => {
        expect(labels({ is_overdue: true, overdue_days: 2, payment_state: "partial" })).toEqual([
            "Overdue 2 days",
            "Partly paid",
        ]);
        expect(labels({ payable: false })).toEqual(["Blocked"]);
    });

    test("money that is on its way is told before what is overdue", () => {
        expect(labels({ online_payment: "pending", is_overdue: true, overdue_days: 1 })).toEqual([
            "Online payment pending",
            "Overdue 1 day",
        ]);
        expect(labels({ online_payment: "received" })).toEqual(["Paid online, being booked"]);
    });
});

describe("days", () => {
    test("the year is written only when it is another one", () => {
        expect(formatDay("2026-09-12", TODAY)).toBe("Sep 12");
        expect(formatDay("2025-09-12", TODAY)).toBe("Sep 12, 2025");
        expect(formatDay(false, TODAY)).toBe("");
    });

    test("the due day is the earliest one that is open", () => {
        expect(dueDay({ next_due_date: "2026-11-01", invoice_date_due: "2026-12-01" })).toBe(
            "2026-11-01"
        );
        expect(dueDay({ next_due_date: false, invoice_date_due: "2026-12-01" })).toBe("2026-12-01");
    });
});
