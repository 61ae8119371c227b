"""Every command of the case and the creditor."""

from gateways.http.commands import cases, creditors, files, money

ROUTERS = (cases.routes, creditors.routes, files.routes, money.routes)
