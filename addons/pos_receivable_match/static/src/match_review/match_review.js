import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

const DECIDED = {
    accepted: (entry) => _t("%s is accepted.", entry),
    rejected: (entry) => _t("%s is rejected.", entry),
};

/** The form of a queue: what was decided makes room for the next one, and says how to go back. */
export class MatchReviewController extends FormController {
    setup() {
        super.setup();
        this.notification = useService("notification");
    }

    async beforeExecuteActionButton() {
        this.before = { id: this.model.root.resId, state: this.model.root.data.state };
        return super.beforeExecuteActionButton(...arguments);
    }

    async afterExecuteActionButton() {
        await super.afterExecuteActionButton(...arguments);
        const { resId, resIds, data } = this.model.root;
        const decided = DECIDED[data.state];
        const next = resIds[resIds.indexOf(resId) + 1];
        if (resId !== this.before.id || data.state === this.before.state || !decided || !next) {
            return;
        }
        await this.model.load({ resId: next });
        this.rootRef.el?.querySelector(".o_content")?.scrollTo({ top: 0 });
        const close = this.notification.add(decided(data.display_name), {
            type: "success",
            buttons: [
                {
                    name: _t("Go back to it"),
                    onClick: async () => {
                        close();
                        await this.model.load({ resId });
                    },
                },
            ],
        });
    }
}

registry.category("views").add("match_review_form", {
    ...formView,
    Controller: MatchReviewController,
});
