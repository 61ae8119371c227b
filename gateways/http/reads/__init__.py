"""Every projection as a read."""

from gateways.http.reads import case_file, cases, documents, money, oversight, overview, parties

# The lists come first: their paths are words where those of one thing have its id.
ROUTERS = (
    overview.routes,
    cases.routes,
    money.routes,
    parties.routes,
    documents.routes,
    case_file.routes,
    oversight.routes,
)
