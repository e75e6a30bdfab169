"""Portals that only mail their alerts: mails saved into a folder become notices.

One module per portal declares a MailForm; FORMS names them. To add one: save a mail (invent every
name in it), write the module, name it here, add a case to fixtures/portal-mails/.
"""

from aggregator.sources.mails import delta_esourcing, etenders_ni
from aggregator.sources.mails.forms import MailForm

FORMS: tuple[MailForm, ...] = (etenders_ni.FORM, delta_esourcing.FORM)

__all__ = ["FORMS", "MailForm"]
