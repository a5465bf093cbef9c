"""The sabotages of all levels, by level."""

from tests.integration.sabotages.level_0 import LEVEL_0
from tests.integration.sabotages.level_1 import LEVEL_1
from tests.integration.sabotages.level_2 import LEVEL_2
from tests.integration.sabotages.level_3 import LEVEL_3
from tests.integration.sabotages.level_4 import LEVEL_4

LEVELS = (LEVEL_0, LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4)
