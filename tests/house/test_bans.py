"""What the linter forbids, planted and expected to be found: clocks, chance, shells, pickles, big functions."""

import pytest

from tests.house import small_house

HEAD = '"""A planted fault."""\n\n'
PLACE = "edge.orders.actions"

BANS = [
    ("the clock", "import datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n", "TID251"),
    ("today", "import datetime\n\nDAY = datetime.date.today()\n", "TID251"),
    ("a naive instant", "import datetime\n\nTHEN = datetime.datetime(2026, 11, 22)\n", "DTZ001"),
    ("sleep", "import time\n\ntime.sleep(1)\n", "TID251"),
    ("monotonic time", "import time\n\nT = time.monotonic()\n", "TID251"),
    ("a timer", "import threading\n\nT = threading.Timer(1, print)\n", "TID251"),
    ("a random id", "import uuid\n\nID = uuid.uuid4()\n", "TID251"),
    ("random bytes", "import os\n\nB = os.urandom(4)\n", "TID251"),
    ("chance", "import random\n\nN = random.random()\n", "TID251"),
    ("secrets", "import secrets\n\nN = secrets.token_hex()\n", "TID251"),
    ("pickle", "import pickle\n\nX = pickle.loads(b'')\n", "TID251"),
    ("yaml", "import yaml\n\nX = yaml.load('')\n", "TID251"),
    ("eval", "X = eval('1')\n", "S307"),
    ("exec", "exec('X = 1')\n", "S102"),
    ("a shell", "import subprocess\n\nsubprocess.run('ls', shell=True, check=True)\n", "S602"),
    ("os.system", "import os\n\nos.system('ls')\n", "TID251"),
    (
        "SQL glued from data",
        "def f(c, x):\n    return c.execute(f'SELECT * FROM orders WHERE id = {x}')\n",
        "S608",
    ),
    ("a broad except", "try:\n    X = 1\nexcept Exception:\n    X = 2\n", "BLE001"),
    ("unescaped HTML", "from markupsafe import Markup\n\nX = Markup('<b>')\n", "TID251"),
    ("a template from data", "import flask\n\nX = flask.render_template_string('')\n", "TID251"),
    ("a request that may hang", "import requests\n\nX = requests.get('http://h')\n", "S113"),
    (
        "a request without a check",
        "import requests\n\nX = requests.get('http://h', timeout=1, verify=False)\n",
        "S501",
    ),
    ("print", "print('hello')\n", "T201"),
    ("dead code", "# x = compute(1)\n", "ERA001"),
    ("an ignore without a code", "X = 1  # noqa\n", "PGH004"),
    ("a function that decides too much", "def f(x):\n" + "    if x:\n        x = 1\n" * 9, "C901"),
    ("a function that does too much", "def f():\n" + "    print()\n" * 31, "PLR0915"),
]


@pytest.mark.parametrize(("source", "rule"), [b[1:] for b in BANS], ids=[b[0] for b in BANS])
def test_a_ban_catches_what_it_forbids(tmp_path, source, rule):
    """Planted in an action, where most people would be tempted."""
    small_house.build(tmp_path)
    small_house.plant(tmp_path, PLACE, HEAD + source)
    assert f" {rule} " in small_house.lint(tmp_path, "edge").stdout


@pytest.mark.parametrize(
    "source", [BANS[0][1], BANS[3][1], BANS[8][1]], ids=["clock", "sleep", "chance"]
)
def test_only_the_doors_may_ask_for_time_and_chance(tmp_path, source):
    """The same words are fine in sync/doors: somebody has to look at the clock."""
    small_house.build(tmp_path)
    small_house.plant(tmp_path, "sync.doors.planted", HEAD + source)
    assert "TID251" not in small_house.lint(tmp_path, "sync/doors").stdout


def test_every_exception_to_the_lint_has_a_spoken_reason():
    """Each line with an ignored rule ends in a comment that says why."""
    text = (small_house.ROOT / "pyproject.toml").read_text()
    ignores = text.split("\nignore = [\n", 1)[1].split("\n]", 1)[0].splitlines()
    assert ignores
    assert [line for line in ignores if "#" not in line] == []
