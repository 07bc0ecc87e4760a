"""What is wrong with a value and how to mend it, by code. Codes are stored and stay; texts may change.

In English: whoever shows one translates it (`checked.Problem.message`). So the parser of lists, which shows
none, starts without Django, which would take it longer than all else that it needs.
"""

from typing import Final


def _(message: str) -> str:
    """Marks a message for the catalogue."""
    return message


MESSAGES: Final[dict[str, str]] = {
    "text.nul": _("Contains a NUL byte. Retype the cell, or save the file again from its spreadsheet."),
    "text.control": _("Contains control characters that cannot be printed. Retype the cell."),
    "text.bidi": _(
        "Contains marks that reverse the direction of the text, so that it reads otherwise than it is "
        "stored. Retype the cell instead of pasting it."
    ),
    "text.too_long": _("Has %(length)d characters; at most %(limit)d are allowed. Shorten it."),
    "number.rounded": _(
        "The spreadsheet has rounded this number and its last digits are lost. Format the column as "
        "text and type the number again."
    ),
    "id.form": _(
        "Has %(length)d characters and is no known document number. Give an ID number or residence permit of "
        "18 digits (15 if old), a Home Return Permit (H or M and 8 digits), a Taiwan travel permit "
        "(8 digits) or a passport."
    ),
    "id.check_character": _("The last character does not fit the others. Compare it with the document."),
    "id.date": _("Digits 7 to 14 are no possible birth date. Compare the number with the document."),
    "id.legacy": _("This is an old 15-digit number. Ask for the 18-digit one."),
    "id.region": _("The region of this ID number is not in the list. Compare it with the document."),
    "id.foreign_passport": _("Passport numbers have no check digit. Compare it with the document."),
    "id.looks_like_date": _(
        "Reads like a date. A Taiwan travel permit has 8 digits too: if it is one, say so in a column of "
        "its own."
    ),
    "id.mrz_check_digit": _("A check digit of the machine-readable line does not fit. Read the line again."),
    "id.mrz_form": _("Is no machine-readable line of a passport. Give all 44 characters of its second line."),
    "id.not_named": _("Is no number of the kind of document that is named beside it. Compare both."),
    "id.taiwan_permit": _(
        "Was taken for a Taiwan travel permit, which has no check digit. Compare it with the document."
    ),
    "credit_code.length": _("Has %(length)d characters; a unified social credit code has 18."),
    "credit_code.form": _(
        "Contains characters that no unified social credit code has. The letters I, O, S, V and Z never "
        "occur: check for 1, 0, 5, U and 2."
    ),
    "credit_code.check_digit": _("The last character does not fit. Compare it with the business licence."),
    "phone.form": _("Is not a telephone number. Write digits only, as 13800138000 or 010-12345678."),
    "phone.length": _(
        "Has too few or too many digits, or begins as no number does. Write the area code before "
        "a landline, and the country code before a number from elsewhere, as +852."
    ),
    "phone.several": _("Holds more than one number. Keep one and put the others into a column of their own."),
    "phone.extension": _("Holds an extension. Keep the number and put the extension into the notes."),
    "phone.unknown_range": _("The range of this telephone number is not known. Check it."),
    "email.form": _("Is not one e-mail address. Write it as name@example.com."),
    "email.domain": _("What follows the @ is not a domain. Write the address as name@example.com."),
    "bank.form": _("A bank account has digits only. Put the bank's name into a column of its own."),
    "bank.length": _("Has %(length)d digits; a bank account has 8 to 30."),
    "bank.luhn": _("The check digit of this card number does not fit. Compare it with the card."),
    "name.missing": _("The name is missing. Every client needs one."),
    "name.form": _("Has no letter in it. Give the name of a person or a company."),
    "date.form": _("Is not a full date. Write it as 2026-01-31, 2026/1/31 or 2026年1月31日."),
    "date.ambiguous": _("Day and month cannot be told apart. Write the year first, as 2026-01-31."),
    "date.impossible": _("There is no such day. Write the date as 2026-01-31."),
    "row.kind": _("Is not a kind of client. Write person or company, or leave it empty."),
    "row.no_heading": _("Stands in a column without a heading. Give the column one, or clear the cell."),
    "row.cut_off": _("The file ends in the middle of this row. Send the whole file again."),
    "row.duplicate": _("The same number stands in row %(other)d. Keep one of the two rows."),
    "headings.none": _(
        "No row of headings found among the first rows. Put one above the data, such as: Name, ID number, "
        "Phone, Email."
    ),
    "headings.not_needed": _(
        "No purpose of this book needs: %(fields)s. Leave the column out, or ask a compliance officer to say"
        " which purpose needs it."
    ),
    "headings.no_name": _("No column with the name of the client. Call it Name."),
    "headings.twice": _(
        "Columns %(columns)s become the same field. Keep one of them; choose another field for the rest,"
        " rename them in the list, or leave them out."
    ),
    "sheet.empty": _("The file is empty. Save the list again and look whether it has rows, then upload it."),
    "sheet.size": _("The file is larger than %(limit)d MB. Split it into several files."),
    "sheet.columns": _(
        "The sheet has %(count)d columns; at most %(limit)d are allowed. Delete those not needed."
    ),
    "sheet.rows": _("The sheet has more than %(limit)d rows. Split it into several files."),
    "sheet.area": _(
        "The sheet spans more than %(limit)d cells. Copy the list into a new sheet, or save it as CSV "
        "(UTF-8)."
    ),
    "sheet.skipped": _("Rows above the headings, left out: %(count)d."),
    "sheet.other_sheets": _("Only the first sheet is read. Others, left out: %(count)d."),
    "sheet.binary": _("This is not a text file. Save the list as CSV (UTF-8) or XLSX."),
    "sheet.old_excel": _("This is an old Excel file (.xls). Save it as .xlsx and send that."),
    "sheet.encrypted": _("The file is protected by a password. Remove the password and send it again."),
    "sheet.not_xlsx": _(
        "The file is named .xlsx but is not an Excel workbook. Save the list as .xlsx again."
    ),
    "sheet.damaged": _("The workbook is damaged or not complete. Open it, save it again and send that."),
    "sheet.merged": _(
        "The sheet has %(count)d merged ranges; at most %(limit)d are allowed. Split them and send it again."
    ),
    "sheet.bomb": _(
        "The workbook would unpack to far more than a client list holds, and was not opened. Copy the list "
        "into a new workbook."
    ),
    "sheet.encoding": _(
        "Line %(line)d is neither UTF-8 nor GB18030 text. Save the file as CSV (UTF-8) and send it again."
    ),
    "sheet.mixed_encoding": _(
        "Line %(line)d is in another encoding than the other lines. Save the file as CSV (UTF-8) and send "
        "it again."
    ),
    "sheet.cut_off": _("The file ends in the middle of a character: it was cut off. Send it again."),
    "sheet.long_line": _("Line %(line)d is too long for a list. Check that rows end with line breaks."),
    "sheet.quotes": _("Quotation marks do not pair up near line %(line)d. Mend that line and send it again."),
    "date.birth": _("Is no possible birth date: it is in the future or too long ago."),
    "extras.form": _("Write each extra field on a line of its own, as name: value."),
    "extras.many": _("Has %(count)d extra fields; at most %(limit)d are allowed."),
}
