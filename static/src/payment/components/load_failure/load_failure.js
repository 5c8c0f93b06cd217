import { Component } from "@odoo/owl";

/** Why what a popup shows could not be loaded, and the button to try again. */
export class LoadFailure extends Component {
    static template = "pos_receivable.LoadFailure";
    static props = {
        message: String,
        retryLabel: String,
        onRetry: Function,
    };
}
