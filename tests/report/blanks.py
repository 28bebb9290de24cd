"""A blank in place of the map sheets, for tests of what stands around them."""

from seatplan.report.parts import Picture


def blank_sheets(image):
    return [Picture("sheet_present", "A sheet", image, "Map: a sheet.", annex=True)]


def print_blanks(image):
    """Return what stands for `begin_sheets`: a file that is no atlas, and one blank."""

    def write(_brief, atlas, **_):
        atlas.write_bytes(b"%PDF of seatplan")
        return lambda: blank_sheets(image)

    return write
