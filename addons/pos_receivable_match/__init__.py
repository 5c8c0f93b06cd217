from . import models
from . import wizard


def post_init_hook(env):
    """A mode for each rule in each company, to be found by whoever opens them."""
    env['pos_receivable.mode']._ensure(env['res.company'].search([]))


def uninstall_hook(env):
    """Forget the modes of the rules that go; what was decided by them stays in the log. Bank accounts
    that only accepting has noted must not look as if people had entered them."""
    env['pos_receivable.match.account']._archive_learned()
    modes = env['pos_receivable.mode']
    rules = [code for code, known in modes._get_capabilities().items() if known.area == 'match']
    modes.search([('capability', 'in', rules)]).unlink()
