"""Every refusal can be looked up, and is seen to happen in a test."""

import ast
import re

from gateways.cli.sources import PACKAGES, codes_not_literal, refusals, trees

LISTED = re.compile(r"^\s*Refuses: ([^.]+)\.", re.MULTILINE)
CODE = re.compile(r"\s*([a-z]+(?:_[a-z0-9]+)*)\s*")  # other words between the commas are prose


def test_every_code_is_written_out_where_it_is_refused() -> None:
    found = codes_not_literal()
    assert found == [], "\n".join(found)


def test_every_code_is_a_snake_case_fact() -> None:
    codes = {refusal.code for refusal in refusals()}
    found = sorted(code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", code))
    assert found == [], "\n".join(found)


def test_every_code_is_refused_in_a_test() -> None:
    said = {
        word
        for _, tree in trees("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for word in re.findall(r"\w+", node.value)
    }
    found = sorted({refusal.code for refusal in refusals()} - said)
    assert found == [], "\n".join(found)


def test_no_docstring_lists_a_code_that_is_never_refused() -> None:
    codes = {refusal.code for refusal in refusals()}
    listed = {
        (match[1], f"{path}: {node.name}")
        for path, tree in trees(*PACKAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for group in LISTED.findall(ast.get_docstring(node) or "")
        for match in map(CODE.fullmatch, group.split(","))
        if match
    }
    found = sorted(f"{code} ({where})" for code, where in listed if code not in codes)
    assert found == [], "\n".join(found)
