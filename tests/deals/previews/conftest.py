from types import SimpleNamespace

import pytest

from tests.deals.previews.looking import begun
from tests.deals.scene import scene, stored
from tests.deals.test_viewer import pdf


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """lea leads Willow; bo may view folder 1, in which lies a file of two pages, and 1.1; ben folder 2."""
    world = scene()
    world.version = stored(world, world.one, "a.pdf", pdf(2))
    world.file = world.version.file
    world.hidden = stored(world, world.two, "b.pdf", pdf(1))
    return world


@pytest.fixture
def looking(world: SimpleNamespace) -> SimpleNamespace:
    """The same; `lea_as_bo` is lea's browser in a preview as bo."""
    world.lea_as_bo = begun(world, world.lea, world.bo)
    return world
