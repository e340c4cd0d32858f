"""All mutations."""

from tests.mutations.harmless import HARMLESS
from tests.mutations.wrong_cells import WRONG_CELLS
from tests.mutations.wrong_lines import WRONG_LINES
from tests.mutations.wrong_sheets import WRONG_SHEETS

MUTATIONS = (*HARMLESS, *WRONG_CELLS, *WRONG_LINES, *WRONG_SHEETS)
