"""Every command of the case and the creditor."""

from gateways.http.commands import cases

ROUTERS = (cases.routes,)
