"""Why a file from the bank was refused: always the whole file, always with the place."""


class BankFileError(Exception):
    """The file from the bank is not as it should be; nothing in it has been used.

    `code` is a stable snake_case fact (`sum_mismatch`); `line_no` counts from 1 and is None
    when no line can be named; `found` and `expected` are words for a person.
    """

    def __init__(self, code: str, *, line_no: int | None, found: object, expected: object) -> None:
        self.code = code
        self.line_no = line_no
        self.found = str(found)
        self.expected = str(expected)
        place = "the file" if line_no is None else f"line {line_no}"
        words = code.replace("_", " ")
        super().__init__(f"{place}: {words}: found {self.found}, expected {self.expected}")
