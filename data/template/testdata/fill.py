#!/usr/bin/python3
"""Usage: fill.py BOOKS FILLED

Has LibreOffice, without a window, open each workbook of the directory BOOKS, type the examples of its sheet 说明 into the
first row of the sheet to fill in, and save it under the same name in FILLED.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def prop(name, value):
    p = PropertyValue()
    p.Name, p.Value = name, value
    return p


def connect(pipe, office):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        if office.poll() is not None:
            sys.exit(f"soffice ended with {office.returncode}")
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    sys.exit("soffice does not answer")


def fill(book):
    sheet, explanation = book.Sheets.getByIndex(0), book.Sheets.getByName("说明")
    examples = {}
    for row in range(200):
        heading = explanation.getCellByPosition(0, row).String
        if heading:
            examples[heading] = explanation.getCellByPosition(6, row).String
    typed = 0
    for column in range(200):
        heading = sheet.getCellByPosition(column, 0).String
        if not heading:
            break
        if examples.get(heading):
            sheet.getCellByPosition(column, 1).FormulaLocal = examples[heading]
            typed += 1
    return typed


def main(books, filled):
    pipe = f"cuntu{os.getpid()}"
    with tempfile.TemporaryDirectory() as profile:
        office = subprocess.Popen(
            ["soffice", "--headless", "--norestore", "--nolockcheck", f"--accept=pipe,name={pipe};urp;",
             f"-env:UserInstallation={pathlib.Path(profile).as_uri()}"]
        )
        try:
            context = connect(pipe, office)
            desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            for path in sorted(pathlib.Path(books).glob("*.xlsx")):
                book = desktop.loadComponentFromURL(path.resolve().as_uri(), "_blank", 0, (prop("Hidden", True),))
                print(path.name, fill(book))
                target = (pathlib.Path(filled).resolve() / path.name).as_uri()
                book.storeToURL(target, (prop("FilterName", "Calc MS Excel 2007 XML"),))
                book.close(True)
            try:
                desktop.terminate()
            except Exception:  # the connection ends with the office
                pass
            office.wait(60)
        finally:
            if office.poll() is None:
                office.kill()


main(*sys.argv[1:])
