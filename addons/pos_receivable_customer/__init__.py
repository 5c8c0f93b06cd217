from . import models
from . import report
from . import wizard
from .models.payment_profile_schedule import WATERMARK


def uninstall_hook(env):
    """Installed again, profiles are made of everything."""
    env['ir.config_parameter'].set_param(WATERMARK, False)
