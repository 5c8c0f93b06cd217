import { Component } from "@odoo/owl";

/** What the guide says about the place it points at. */
export class PaymentGuideBubble extends Component {
    static template = "pos_receivable.PaymentGuideBubble";
    static props = { sentence: String, onStop: Function, close: Function };
}
