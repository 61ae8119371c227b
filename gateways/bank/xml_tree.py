"""XML for the bank: written the same way every time, and read with the door locked."""

from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import ElementTree as Defused  # type: ignore[import-untyped] # ships no types

from gateways.bank.errors import BankFileError

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def document(namespace: str) -> Element:
    """An empty `Document` in the namespace of a message."""
    return Element("Document", xmlns=namespace)


def put(parent: Element, path: str, text: str) -> Element:
    """A new element with `text` at the end of `path`; what is there on the way is used.

    Raises ValueError when `text` is empty or holds what a bank cannot print.
    """
    if not text.strip() or not text.isprintable():
        raise ValueError(f"{path} cannot say {text!r}")
    *way, leaf = path.split("/")
    for step in way:
        known = parent.find(step)
        parent = SubElement(parent, step) if known is None else known
    element = SubElement(parent, leaf)
    element.text = text
    return element


def to_bytes(root: Element) -> bytes:
    """The document as a file, the same bytes for the same content."""
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return _DECLARATION + body + b"\n"


def from_bytes(content: bytes) -> Element:
    """The root element of a file from outside.

    Raises BankFileError when it is not XML, or brings a document type or entities with it.
    """
    try:
        root: Element = Defused.fromstring(content, forbid_dtd=True)
    except ParseError as error:
        line_no, _ = error.position
        found = str(error).partition(":")[0] if content.strip() else "nothing"
        raise BankFileError("bad_xml", line_no=line_no, found=found, expected="XML") from error
    except (ValueError, LookupError) as error:
        raise BankFileError(
            "bad_xml", line_no=None, found=type(error).__name__, expected="XML without entities"
        ) from error
    return root
