"""Three audiences of the simulated centre's report."""

from pipeline.settings import Profile

KEY = b"a key for tests"
TEAM = "Rigi"
PROFILES = (
    Profile(name="everyone", agents="left_out", smallest_team=1),
    Profile(name="numbers", agents="numbered", smallest_team=1),
    Profile(name="lead", agents="named", teams=(TEAM,)),
)
