"""The set-up: where it fetches from, when an environment counts as whole, what it says when it cannot go on."""

import ast
import contextlib
import fcntl
import gc
import hashlib
import http.server
import io
import os
import re
import ssl
import subprocess
import sys
import threading
import urllib.error
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bootstrap

ROOT = Path(__file__).parent.parent
GOOD = ((3, 11), "CPython", "linux-x86_64", True, ("glibc", "2.36"))


# --------------------------------------------------------------- the machine


def test_a_python_that_fits_is_let_in() -> None:
    for minor in (11, 12, 13, 14):
        assert bootstrap.unsupported((3, minor), *GOOD[1:]) is None
    assert bootstrap.unsupported((3, 12), "CPython", "win-amd64", True, ("", "")) is None
    assert bootstrap.unsupported((3, 12), "CPython", "macosx-11.0-arm64", True, ("", "")) is None


@pytest.mark.parametrize(
    ("machine", "named"),
    [
        (((3, 10), *GOOD[1:]), "CPython 3.10"),
        (((3, 15), *GOOD[1:]), "CPython 3.15"),
        (((3, 11), "PyPy", *GOOD[2:]), "PyPy 3.11"),
        (((3, 11), "CPython", "win32", False, ("", "")), "32 bits"),
        (((3, 11), "CPython", "linux-aarch64", True, ("glibc", "2.36")), "Linux on aarch64"),
        (((3, 11), "CPython", "linux-x86_64", True, ("", "")), "glibc 2.34"),
        (((3, 11), "CPython", "linux-x86_64", True, ("glibc", "2.31")), "glibc 2.34"),
        (((3, 11), "CPython", "win-arm64", True, ("", "")), "arm64"),
    ],
)
def test_a_machine_without_wheels_is_told_why_in_one_sentence(machine: Any, named: str) -> None:
    sentence = bootstrap.unsupported(*machine)
    assert sentence is not None
    assert named in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_an_older_python_can_still_read_the_file() -> None:
    ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_only_verbs_with_a_window_need_qt() -> None:
    screen = {"DISPLAY": ":0"}
    assert bootstrap.needs_qt([], {}, "linux")
    assert bootstrap.needs_qt(["test"], {}, "linux")
    assert bootstrap.needs_qt(["review", "a.aliquot"], {}, "linux")
    assert bootstrap.needs_qt(["demo"], screen, "linux")
    assert bootstrap.needs_qt(["demo"], {"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert bootstrap.needs_qt(["demo"], {}, "win32")
    assert not bootstrap.needs_qt(["demo"], {}, "linux")
    assert not bootstrap.needs_qt(["demo", "--headless"], screen, "linux")
    assert not bootstrap.needs_qt(["analyze", "a.aliquot", "--json", "-"], screen, "linux")
    assert not bootstrap.needs_qt(["doctor"], screen, "linux")
    assert not bootstrap.needs_qt(["replay", "a.aliquot", "--headless"], screen, "linux")
    assert bootstrap.needs_qt(["replay", "a.aliquot"], screen, "linux")
    assert not bootstrap.needs_qt(["devices"], screen, "linux")
    assert not bootstrap.needs_qt(["demo", "--help"], screen, "linux")


# ----------------------------------------------------------- Qt's libraries


@pytest.fixture
def bare_debian(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian without Qt's libraries, where nothing is really installed; answers the commands that were run."""
    commands: list[list[str]] = []

    def call(command: list[str], **_: Any) -> int:
        commands.append(command)
        return 1 if "sudo" in command else 0

    monkeypatch.setattr(bootstrap, "missing_packages", lambda: ["libegl1", "libgl1"])
    monkeypatch.setattr("bootstrap.shutil.which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr("bootstrap.subprocess.call", call)
    return commands


def test_a_user_without_rights_is_told_the_one_line_to_type(
    bare_debian: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bootstrap.os.geteuid", lambda: 1000, raising=False)
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libgl1"  # as it is typed
    with pytest.raises(bootstrap.Stop, match=re.escape(line)):
        bootstrap.provide_libraries(required=True)
    bootstrap.provide_libraries(required=False)
    assert line in capsys.readouterr().out
    assert bare_debian == [["sudo", "-n", "true"]] * 2


def test_root_installs_after_an_update_of_the_lists(
    bare_debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bootstrap.os.geteuid", lambda: 0, raising=False)
    with pytest.raises(bootstrap.Stop, match="apt-get did not install them"):  # they are missing still
        bootstrap.provide_libraries(required=True)
    update, install = (command[command.index("apt-get") :] for command in bare_debian)
    assert update[1] == "update"
    assert install[1] == "install"
    assert {"libegl1", "libgl1"} < set(install)


def test_another_linux_is_told_the_libraries_by_name(
    bare_debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bootstrap.shutil.which", lambda name: None)
    with pytest.raises(bootstrap.Stop, match=r"on Debian: libegl1, libgl1"):
        bootstrap.provide_libraries(required=True)
    assert bare_debian == []


# ------------------------------------------------------------ pip's settings


def test_the_environment_wins_over_install_and_install_over_global(tmp_path: Path) -> None:
    site, own = tmp_path / "site.conf", tmp_path / "own.conf"
    site.write_text("[global]\nindex-url = https://site/simple\n[install]\nindex-url = https://install/simple\n")
    own.write_text("[global]\nindex-url = https://own/simple\ncert = /own.pem\n")
    files = [str(site), str(tmp_path / "absent.conf"), str(own)]
    assert bootstrap.pip_setting("index-url", {"PIP_INDEX_URL": "https://env/simple"}, files) == "https://env/simple"
    assert bootstrap.pip_setting("index-url", {}, files) == "https://install/simple"
    assert bootstrap.pip_setting("cert", {}, files) == "/own.pem"
    site.write_text("[global]\nindex-url = https://site/simple\n")
    assert bootstrap.pip_setting("index-url", {}, files) == "https://own/simple"
    assert bootstrap.pip_setting("index-url", {}, []) is None


def test_a_torn_pip_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("index-url = without a section\n")
    with pytest.raises(bootstrap.Stop, match=r"pip\.conf"):
        bootstrap.pip_setting("index-url", {}, [str(tmp_path / "pip.conf")])


def test_pips_configuration_is_looked_for_where_pip_does(tmp_path: Path) -> None:
    linux = bootstrap.pip_config_files({"PIP_CONFIG_FILE": "/named"}, "linux", "/home/ann")
    assert linux == [
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
        "/home/ann/.pip/pip.conf",
        "/home/ann/.config/pip/pip.conf",
        "/named",
    ]
    moved = bootstrap.pip_config_files({"XDG_CONFIG_HOME": "/cfg", "XDG_CONFIG_DIRS": "/a:/b"}, "linux", "/h")
    assert moved == ["/a/pip/pip.conf", "/b/pip/pip.conf", "/etc/pip.conf", "/h/.pip/pip.conf", "/cfg/pip/pip.conf"]
    mac = bootstrap.pip_config_files({}, "darwin", str(tmp_path))
    assert mac[0] == "/Library/Application Support/pip/pip.conf"
    assert mac[-1] == str(tmp_path / ".config" / "pip" / "pip.conf")
    support = tmp_path / "Library" / "Application Support" / "pip"
    support.mkdir(parents=True)
    assert bootstrap.pip_config_files({}, "darwin", str(tmp_path))[-1] == str(support / "pip.conf")
    windows = bootstrap.pip_config_files({"APPDATA": "R", "PROGRAMDATA": "P"}, "win32", "H")
    assert [Path(file).parts[0] for file in windows] == ["P", "H", "R"]
    assert bootstrap.pip_config_files({"PIP_CONFIG_FILE": "/dev/null"}, "linux", "/home/ann") == []


@pytest.mark.skipif(sys.platform == "win32", reason="reads the files of a POSIX pip")
def test_pip_itself_reads_the_same_files(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": str(tmp_path / "named.conf")}
    command = [sys.executable, "-m", "pip", "config", "debug"]
    printed = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    by_pip = re.findall(r"^\s+(/\S.*), exists:", printed, re.MULTILINE)
    site = str(Path(sys.prefix) / "pip.conf")  # the environment that does not exist yet when we look
    ours = bootstrap.pip_config_files(environ, sys.platform, str(tmp_path))
    assert sorted(ours) == sorted(file for file in by_pip if file != site)


# ------------------------------------------------------------- the pip wheel


WHEEL = b"a wheel"


class Index(http.server.BaseHTTPRequestHandler):
    """A package index on this machine: the page lies elsewhere than it is asked for, the wheel elsewhere again."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        if self.path == "/simple/pip/":
            self.send_response(302)
            self.send_header("Location", "/mirror/pip/")
            self.end_headers()
        elif self.path == "/mirror/pip/":
            link = f'<a href="../../files/{bootstrap.PIP_WHEEL}#sha256=0">{bootstrap.PIP_WHEEL}</a>'
            self._answer(f'<a href="pip-9.tar.gz">old</a>{link}'.encode())
        elif self.path == f"/files/{bootstrap.PIP_WHEEL}":
            self._answer(WHEEL)
        else:
            self.send_error(407)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output quiet."""


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[http.server.HTTPServer]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)
    server = http.server.HTTPServer(("127.0.0.1", 0), Index)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://ann:s%40lt@127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_wheel_is_found_through_the_page_and_held_against_its_hash(
    index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(bootstrap.Stop, match="not the pinned one"):
        bootstrap.fetch_pip()
    monkeypatch.setattr(bootstrap, "PIP_SHA256", hashlib.sha256(WHEEL).hexdigest())
    assert bootstrap.fetch_pip() == WHEEL
    assert [path for path, _ in index.asked[-3:]] == [
        "/simple/pip/",
        "/mirror/pip/",
        f"/files/{bootstrap.PIP_WHEEL}",
    ]
    login = "Basic YW5uOnNAbHQ="  # ann:s@lt
    assert [sent for _, sent in index.asked[-3:]] == [login, None, login]  # never along a redirection


def test_an_index_without_the_wheel_is_named() -> None:
    with pytest.raises(bootstrap.Stop, match=r"mirror\.lab does not offer pip-"):
        bootstrap.wheel_address('<a href="pip-9.0.tar.gz">old</a>', "https://mirror.lab/simple/pip/")


def test_a_proxy_that_refuses_is_named_in_one_sentence(index: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{index.server_port}")
    with pytest.raises(bootstrap.Stop, match=r"^The proxy 127\.0\.0\.1 gives no way to pypi\.org \(.*\): .*\.$"):
        bootstrap.fetch("https://pypi.org/simple/pip/", None)
    with warnings.catch_warnings():  # http.client of Python 3.11 leaves the answer of a refused tunnel open
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_a_machine_without_a_network_is_told_so(index: Any) -> None:
    port = index.server_port
    index.shutdown()
    index.server_close()
    with pytest.raises(bootstrap.Stop, match=r"cannot be fetched from 127\.0\.0\.1 \(.*\): check the network"):
        bootstrap.fetch(f"http://127.0.0.1:{port}/simple/pip/", None)


def test_an_untrusted_certificate_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer")

    def urlopen(*_: object, **__: object) -> None:
        raise urllib.error.URLError(refused)

    monkeypatch.setattr("bootstrap.urllib.request.urlopen", urlopen)
    with pytest.raises(bootstrap.Stop, match=r"^The certificate of pypi\.org is not trusted .*SSL_CERT_FILE.*\.$"):
        bootstrap.fetch("https://pypi.org/simple/pip/", None)


# ------------------------------------------------------------ the environment


class Installer:
    """Stands in for the two slow steps, and can be interrupted in the second."""

    def __init__(self, root: Path) -> None:
        self.root, self.interrupted = root, False
        self.made: list[str] = []
        self.turns: list[int] = []

    def empty(self, wheel: bytes) -> None:
        python = Path(bootstrap.venv_python())
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_bytes(wheel)
        (self.root / ".venv" / "aliquot.stamp").unlink(missing_ok=True)
        self.made.append("empty")

    def install(self, requirements: str, turn: tuple[int, ...]) -> None:
        self.made.append(requirements)
        self.turns += turn
        if self.interrupted:
            raise KeyboardInterrupt


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    for name in (bootstrap.RUN_TIME, bootstrap.DEVELOPERS):
        (tmp_path / name).write_text(name)
    installer = Installer(tmp_path)
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / ".venv" / "aliquot.stamp"))
    monkeypatch.setattr(bootstrap, "fetch_pip", lambda: b"pip")
    monkeypatch.setattr(bootstrap, "_empty_environment", installer.empty)
    monkeypatch.setattr(bootstrap, "_install", installer.install)
    return installer


def test_a_whole_environment_is_left_alone(installer: Installer) -> None:
    bootstrap.provide_environment(developers=False)
    bootstrap.provide_environment(developers=False)
    assert installer.made == ["empty", "requirements.txt"]
    assert len(installer.turns) == (sys.platform != "win32")


def test_the_developers_packages_are_added_and_serve_the_demo_as_well(
    installer: Installer, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.provide_environment(developers=False)
    capsys.readouterr()
    bootstrap.provide_environment(developers=True)
    run_time_mb, developers_mb = bootstrap.FETCH_MB[sys.platform]
    assert f"about {developers_mb - run_time_mb} MB" in capsys.readouterr().out
    bootstrap.provide_environment(developers=False)
    bootstrap.provide_environment(developers=True)
    assert installer.made == ["empty", "requirements.txt", "requirements-dev.txt"]


@pytest.mark.parametrize("developers", [False, True])
def test_an_interrupted_start_is_noticed_and_made_again(
    installer: Installer, developers: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    installer.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        bootstrap.provide_environment(developers)
    installer.interrupted = False
    bootstrap.provide_environment(developers)
    assert installer.made.count("empty") == 2
    assert "half-made" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="the lock is a POSIX one")
def test_a_second_start_waits_for_the_first_and_uses_what_it_made(
    installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    with contextlib.ExitStack() as first:
        first.enter_context(bootstrap.alone())

        def say(text: str) -> None:
            said.append(text)
            installer.empty(b"made by the first start")
            stamp = "\n".join(bootstrap.stamp_for(bootstrap.RUN_TIME))
            (installer.root / ".venv" / "aliquot.stamp").write_text(stamp)
            first.close()

        monkeypatch.setattr(bootstrap, "say", say)
        bootstrap.provide_environment(developers=False)
    assert said == ["Another start is setting .venv up: waiting for it."]
    assert installer.made == ["empty"]


@pytest.mark.skipif(sys.platform == "win32", reason="the lock is a POSIX one")
def test_a_pip_that_outlives_a_killed_start_keeps_the_next_one_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    with bootstrap.alone() as turn:
        orphan = subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=turn)
    refused = os.open(bootstrap.ROOT, os.O_RDONLY)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(refused, fcntl.LOCK_EX | fcntl.LOCK_NB)
        orphan.communicate()
        fcntl.flock(refused, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(refused)


def test_an_interrupted_addition_makes_everything_again(installer: Installer) -> None:
    bootstrap.provide_environment(developers=False)
    installer.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        bootstrap.provide_environment(developers=True)
    assert bootstrap.read_stamp() == []


def test_other_versions_or_another_python_make_it_again(installer: Installer, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.provide_environment(developers=False)
    (installer.root / bootstrap.RUN_TIME).write_text("another version")
    bootstrap.provide_environment(developers=False)
    monkeypatch.setattr("bootstrap.sys.version_info", (3, 14, 0))
    bootstrap.provide_environment(developers=False)
    assert installer.made.count("empty") == 3


def test_an_environment_whose_python_was_removed_is_made_again(installer: Installer) -> None:
    bootstrap.provide_environment(developers=False)
    Path(bootstrap.venv_python()).unlink()
    assert bootstrap.read_stamp() == []


def test_a_new_environment_holds_the_pip_of_the_wheel_and_nothing_older(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "left over").write_text("by an interrupted start")
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pip/__init__.py", "")
        archive.writestr("pip/__main__.py", "import sys; print(sys.prefix)")
    bootstrap._empty_environment(wheel.getvalue())
    command = [bootstrap.venv_python(), "-m", "pip"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}).stdout
    assert Path(printed.strip()) == tmp_path / ".venv"
    assert not (tmp_path / ".venv" / "left over").exists()


def test_foreign_packages_stay_outside() -> None:
    assert bootstrap.private({"PYTHONPATH": "/ros", "PYTHONHOME": "/x", "HOME": "/h"}) == {"HOME": "/h"}


# ------------------------------------------------------------------ the start


class Begun(Exception):
    """Where the set-up would turn into the program: its command and environment."""


@pytest.mark.parametrize(
    ("arguments", "started"),
    [
        ([], ["main.py"]),
        (["demo", "--headless"], ["main.py", "demo", "--headless"]),
        (["analyze", "a.csv"], ["main.py", "analyze", "a.csv"]),
        (["test", "-k", "lock"], ["-m", "pytest", "-m", "not slow and not window and not system", "-k", "lock"]),
    ],
)
def test_the_verb_is_handed_over_with_all_its_words(
    arguments: list[str], started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    provided: list[bool] = []

    def become(command: list[str], environ: dict[str, str]) -> None:
        raise Begun(command, environ)

    monkeypatch.setattr(bootstrap, "provide_libraries", lambda required: None)
    monkeypatch.setattr(bootstrap, "provide_environment", lambda developers: provided.append(developers))
    monkeypatch.setattr("bootstrap.os.chdir", lambda folder: None)
    monkeypatch.setattr(bootstrap, "become", become)
    with pytest.raises(Begun) as begun:
        bootstrap.main(arguments)
    command, environ = begun.value.args
    assert command[0] == bootstrap.venv_python()
    assert [Path(word).name if word.endswith("main.py") else word for word in command[1:]] == started
    assert provided == [arguments[:1] == ["test"]]
    if "test" in arguments:
        assert environ["QT_QPA_PLATFORM"] == "offscreen"
