import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";

import { CaseDialog } from "@pos_receivable_followup/case_dialogs/case_dialog";

let last = 0;

/** A dialog that asks what a deed needs. Each has a method of the case, and how it is called. */
export class DeedDialog extends Component {
    static components = { CaseDialog };
    static props = { desk: Object, goOn: Function, close: Function };

    setup() {
        this.desk = useState(this.props.desk);
        this.number = ++last;
        // Not the core's: that selects what stands in a field, which one for a day does not know.
        const first = useRef("autofocus");
        useEffect(
            (el) => {
                if (el && !hasTouch()) {
                    el.focus();
                    el.select?.();
                }
            },
            () => [first.el]
        );
    }

    get sheet() {
        return this.desk.sheet;
    }

    /** What the frame around it is given. */
    get frame() {
        const { desk, goOn, close } = this.props;
        return { desk, goOn, close };
    }

    id(name) {
        return `case_${name}_${this.number}`;
    }
}
