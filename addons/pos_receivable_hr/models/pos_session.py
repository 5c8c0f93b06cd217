from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import consteq

from odoo.addons.pos_receivable.tools.payload import read_id

EMPLOYEE_KEY = 'pos_employee_id'  # in the context of the till's requests


class PosSession(models.Model):
    """Who stands at the till, as the browser tells: a role can only take rights away from the user
    whose login the till runs on."""

    _inherit = 'pos.session'

    @api.model
    def _get_invoice_payment_context_keys(self):
        # EXTENDS 'pos_receivable'
        return super()._get_invoice_payment_context_keys() | {EMPLOYEE_KEY}

    def _check_invoice_payment_access(self):
        # EXTENDS 'pos_receivable'
        super()._check_invoice_payment_access()
        employee = self._get_invoice_payment_employee()
        if not employee:
            return
        if employee in self.config_id.sudo().minimal_employee_ids and not (
            self._is_invoice_payment_manager_employee(employee)
        ):
            raise AccessError(
                self.env._("%(employee)s may not collect invoice payments.", employee=employee.name)
            )

    def _is_invoice_payment_manager(self):
        # EXTENDS 'pos_receivable'
        employee = self._get_invoice_payment_employee()
        return super()._is_invoice_payment_manager() and (
            not employee or self._is_invoice_payment_manager_employee(employee)
        )

    def _is_invoice_payment_manager_employee(self, employee):
        user = employee.user_id
        return employee in self.config_id.sudo().advanced_employee_ids or bool(
            user and user.has_group('point_of_sale.group_pos_manager')
        )

    def _get_invoice_payment_cashier_name(self):
        # EXTENDS 'pos_receivable'
        employee = self._get_invoice_payment_employee()
        return employee.name or super()._get_invoice_payment_cashier_name()

    def _get_invoice_payment_employee(self):
        """Who stands at the till; nobody where none log in there, or the browser did not tell.

        :raise AccessError: an employee who may not log in at this shop
        """
        # Elevated: a cashier may not read who else works here; nothing but this employee comes out.
        config = self.config_id.sudo()
        employees = config.env['hr.employee']
        employee_id = read_id(self.env.context.get(EMPLOYEE_KEY))
        if not employee_id or not config.module_pos_hr:
            return employees
        employee = self._find_invoice_payment_employee(config, employee_id)
        if not employee:
            raise AccessError(self.env._("This employee does not work at this till."))
        return employee

    def _find_invoice_payment_employee(self, config_sudo, employee_id):
        return config_sudo.env['hr.employee'].search(
            Domain(config_sudo._employee_domain(self.env.uid)) & Domain('id', '=', employee_id)
        )

    def _find_invoice_payment_pin_holder(self, employee_id, pin):
        # EXTENDS 'pos_receivable'
        # Elevated: PINs are nobody's to read; whether one is right is all that comes out.
        config = self.config_id.sudo()
        if pin and employee_id and config.module_pos_hr:
            employee = self._find_invoice_payment_employee(config, employee_id)
            if (
                employee.pin
                and consteq(employee.pin.encode(), pin.encode())
                and self._is_invoice_payment_manager_employee(employee)
            ):
                return employee.name
        return super()._find_invoice_payment_pin_holder(employee_id, pin)
