import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { compare } from "@pos_receivable_match/match_reasons/compare";

/** The reasons of a match with their points; where a number is quoted, how it differs. */
export class MatchReasonsField extends Component {
    static template = "pos_receivable_match.MatchReasonsField";
    static props = { ...standardFieldProps };

    get reasons() {
        return (this.props.record.data[this.props.name] || []).map((reason) => ({
            ...reason,
            badge: reason.points > 0 ? "text-bg-success" : "text-bg-danger",
            sign: `${reason.points > 0 ? "+" : ""}${reason.points}`,
            ...(reason.quoted && reason.number ? compare(reason.quoted, reason.number) : {}),
        }));
    }
}

export const matchReasonsField = {
    component: MatchReasonsField,
    supportedTypes: ["json"],
};

registry.category("fields").add("match_reasons", matchReasonsField);
