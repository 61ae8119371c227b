"""How a whole import file is refused; a single row is refused by values, never by raising."""


class ImportFileError(Exception):
    """The file cannot be read at all; nothing of it has been taken.

    `code` is a stable snake_case fact (`column_missing`), `line_no` the line, where one is to
    blame, counted as the creditor's own program counts it (the header is usually line 1).
    """

    def __init__(self, code: str, message: str, line_no: int | None = None) -> None:
        self.code = code
        self.message = message
        self.line_no = line_no
        super().__init__(message if line_no is None else f"line {line_no}: {message}")
