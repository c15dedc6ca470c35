#!/usr/bin/env python3
"""Makes Aliquot's private environment in .venv, then starts what was asked for.

    python3 bootstrap.py              the station's window
    python3 bootstrap.py demo         the paper's standard reaction on the virtual bench
    python3 bootstrap.py test         the quick tests, with the developers' packages
    python3 bootstrap.py VERB ...     any other verb of main.py (main.py --help lists them)

Needs Python 3.11 to 3.14 and its standard library, nothing else. The syntax here is Python 3.6's, so that an
older Python can still read the file and say so. What cannot be set up ends in one sentence and exit code 3.
"""

import base64
import configparser
import contextlib
import ctypes
import functools
import hashlib
import html.parser
import http.client
import io
import os
import platform
import shutil
import ssl
import subprocess
import sys
import sysconfig
import urllib.parse
import urllib.request
import venv
import zipfile
from typing import Dict, Iterator, List, Mapping, NoReturn, Optional, Sequence, Tuple

if sys.platform != "win32":
    import fcntl

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "aliquot.stamp")
RUN_TIME, DEVELOPERS = "requirements.txt", "requirements-dev.txt"

# Pips older than 24.2 do not trust the system's certificates, and a plain Debian has none at all: one pinned
# pip, fetched as a wheel, installs alike on every machine.
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
PYPI = "https://pypi.org/simple"

# The lock's wheels for one machine in MB: run-time, with the developers'. A test holds these against uv.lock.
FETCH_MB = {"linux": (332, 377), "win32": (315, 355), "darwin": (482, 520)}

# What PySide6's wheels load from the system, and Debian's package for each: offscreen, then X and Wayland, then sound.
QT_LIBRARIES = """
libEGL.so.1 libegl1, libGL.so.1 libgl1, libglib-2.0.so.0 libglib2.0-0, libdbus-1.so.3 libdbus-1-3,
libfontconfig.so.1 libfontconfig1, libxkbcommon.so.0 libxkbcommon0,
libxcb-cursor.so.0 libxcb-cursor0, libxcb-icccm.so.4 libxcb-icccm4, libxcb-keysyms.so.1 libxcb-keysyms1,
libxcb-shape.so.0 libxcb-shape0, libxkbcommon-x11.so.0 libxkbcommon-x11-0,
libwayland-cursor.so.0 libwayland-cursor0, libwayland-egl.so.1 libwayland-egl1,
libpulse.so.0 libpulse0, libXrandr.so.2 libxrandr2
"""
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
WITHOUT_QT = ("devices", "doctor", "analyze", "--version")

say = functools.partial(print, flush=True)  # at once, so that it stands before what a child process prints


class Stop(Exception):
    """What ends the start: one sentence for the user."""


def unsupported(version: Tuple[int, int], kind: str, tag: str, wide: bool, libc: Tuple[str, str]) -> Optional[str]:
    """The sentence for a Python or a machine without wheels for the locked packages, None where they exist.

    `kind`: CPython or another; `tag`: sysconfig's platform (linux-x86_64 ...); `wide`: pointers have 64 bits.
    """
    system, _, machine = tag.partition("-")
    if not (3, 11) <= version < (3, 15) or kind != "CPython":
        found = f"{kind} {version[0]}.{version[1]}"
        return f"Aliquot needs CPython 3.11 to 3.14 and this is {found}: start it with one of those."
    if not wide:
        return "Aliquot needs a 64-bit Python and this one has 32 bits: start it with the 64-bit one."
    if system == "linux" and machine != "x86_64":
        return f"Aliquot does not run on Linux on {machine}: the spectrometer driver has no wheel for it."
    if system == "linux" and (libc[0] != "glibc" or tuple(map(int, libc[1].split("."))) < (2, 34)):
        return "Aliquot needs a Linux with glibc 2.34 or newer (Debian 12, Ubuntu 22.04 and later)."
    if system == "win" and machine != "amd64":
        return f"Aliquot needs the Intel 64-bit Python on Windows and this is {machine}: start it with that."
    return None


def needs_qt(arguments: Sequence[str], environ: Mapping[str, str], system: str) -> bool:
    """Whether the verb opens Qt; demo and replay do not when headless, by request or for want of a display."""
    verb = arguments[0] if arguments else ""
    if verb != "test" and ("-h" in arguments or "--help" in arguments):
        return False
    if verb in ("demo", "replay"):
        display = system != "linux" or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
        return bool(display) and "--headless" not in arguments
    return verb not in WITHOUT_QT


def missing_packages() -> List[str]:
    """Debian's packages for the shared libraries that Qt would not find here, certificates included."""
    missing = []
    for soname, package in map(str.split, QT_LIBRARIES.split(",")):
        try:
            ctypes.CDLL(soname)
        except OSError:
            missing.append(package)
    if shutil.which("apt-get") and not os.path.exists(CERTIFICATES):
        missing.append("ca-certificates")
    return missing


def administrator() -> Optional[List[str]]:
    """What apt-get needs before it to install: nothing for root, sudo without a password, else None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n"]
    return None


def provide_libraries(required: bool) -> None:
    """Install the libraries Qt misses, or say how; Stop if they are `required` and still missing."""
    missing = missing_packages()
    if not missing:
        return
    if not shutil.which("apt-get"):
        _lacking(
            f"Qt needs libraries that this machine lacks (on Debian: {', '.join(missing)}); install them", required
        )
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    by_hand = f"type this line:\n\n    sudo apt-get update && sudo {' '.join(install)}\n"
    sudo = administrator()
    if sudo is None:
        _lacking(f"Qt needs system libraries that this machine lacks; {by_hand}", required)
        return
    say(f"Qt needs system libraries that this machine lacks; apt-get installs {', '.join(missing)}.")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]
    for command in (["apt-get", "update", "-q"], [*install, "-q"]):
        subprocess.call(apt + command, stdin=subprocess.DEVNULL)
    if missing_packages():
        _lacking(f"apt-get did not install them (its message stands above); {by_hand}", required)


def _lacking(sentence: str, required: bool) -> None:
    if required:
        raise Stop(f"{sentence}\nand start again; `demo --headless` needs none of them.")
    say(f"{sentence}\nbefore you open the window; this start does without.")


def pip_config_files(environ: Mapping[str, str], system: str, home: str) -> List[str]:
    """pip's configuration files in the order pip reads them: a later one wins."""
    join, named = os.path.join, environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    legacy, user = join(home, ".pip"), join(home, ".config", "pip")
    if system == "win32":
        shared = [join(environ.get("PROGRAMDATA", "C:\\ProgramData"), "pip")]
        legacy, user = join(home, "pip"), join(environ.get("APPDATA", home), "pip")
    elif system == "darwin":
        shared = ["/Library/Application Support/pip"]
        support = join(home, "Library", "Application Support", "pip")
        user = support if os.path.isdir(support) else user
    else:
        shared = [join(path, "pip") for path in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")] + ["/etc"]
        user = join(environ.get("XDG_CONFIG_HOME") or join(home, ".config"), "pip")
    name = "pip.ini" if system == "win32" else "pip.conf"
    return [join(folder, name) for folder in [*shared, legacy, user]] + ([named] if named else [])


def pip_setting(name: str, environ: Mapping[str, str], files: Sequence[str]) -> Optional[str]:
    """One setting as `pip install` sees it: the environment, else [install], else [global] of the files."""
    value = environ.get("PIP_" + name.upper().replace("-", "_"))
    if value:
        return value
    found = {}  # type: Dict[str, str]
    for path in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError) as trouble:
            raise Stop(f"pip's configuration {path} cannot be read ({trouble}): mend it and start again.")
        for section in ("global", "install"):
            if parser.has_option(section, name):
                found[section] = parser.get(section, name).strip()
    return found.get("install") or found.get("global")


class _Links(html.parser.HTMLParser):
    """Collects the addresses a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses = []  # type: List[str]

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self.addresses += [value for name, value in attrs if tag == "a" and name == "href" and value]


def wheel_address(page: str, address: str) -> str:
    """Where the pinned pip wheel lies, by the index's own page about pip, which stands at `address`."""
    links = _Links()
    links.feed(page)
    for link in links.addresses:
        joined = urllib.parse.urldefrag(urllib.parse.urljoin(address, link))[0]
        if urllib.parse.unquote(urllib.parse.urlsplit(joined).path).endswith("/" + PIP_WHEEL):
            return joined
    raise Stop(f"The package index at {_host(address)} does not offer {PIP_WHEEL}: use one that does.")


def _host(address: str) -> str:
    return urllib.parse.urlsplit(address).hostname or address


def fetch(address: str, certificates: Optional[str], login: str = "") -> Tuple[bytes, str]:
    """The bytes at an address and the address they came from in the end; Stop says why there are none."""
    request = urllib.request.Request(address, headers={"User-Agent": "aliquot", "Accept": "text/html, */*"})
    if login:  # urllib by itself sends no login, and must not send it on to where it is redirected
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    try:
        context = ssl.create_default_context()
        if certificates:
            context.load_verify_locations(certificates)
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            return answer.read(), answer.geturl()
    except (OSError, ValueError, http.client.HTTPException) as trouble:
        raise Stop(_why(trouble, address))


def _why(trouble: Exception, address: str) -> str:
    reason = getattr(trouble, "reason", trouble)
    host = _host(address)
    if isinstance(reason, ssl.SSLError) and "CERTIFICATE" in str(reason).upper():
        remedy = "install ca-certificates or set SSL_CERT_FILE to your organisation's, and start again"
        return f"The certificate of {host} is not trusted on this machine ({reason}): {remedy}."
    proxy = urllib.request.getproxies().get(urllib.parse.urlsplit(address).scheme)
    if proxy and not urllib.request.proxy_bypass(host):
        return f"The proxy {_host(proxy)} gives no way to {host} ({reason}): mend the settings, start again."
    return f"Aliquot's packages cannot be fetched from {host} ({reason}): check the network and start again."


def fetch_pip() -> bytes:
    """The pinned pip wheel from the index this machine uses, its sha256 checked."""
    files = pip_config_files(os.environ, sys.platform, os.path.expanduser("~"))
    index = (pip_setting("index-url", os.environ, files) or PYPI).rstrip("/")
    certificates = pip_setting("cert", os.environ, files)
    login, _, place = urllib.parse.urlsplit(index).netloc.rpartition("@")
    index, login = index.replace(login + "@", "", 1) if login else index, urllib.parse.unquote(login)
    page, address = fetch(index + "/pip/", certificates, login)
    link = wheel_address(page.decode("utf-8", "replace"), address)
    wheel, _ = fetch(link, certificates, login if urllib.parse.urlsplit(link).netloc == place else "")
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise Stop(f"The pip wheel from {_host(link)} is not the pinned one (sha256): nothing was installed.")
    return wheel


def stamp_for(*requirements: str) -> List[str]:
    """What the stamp of a complete environment says: the Python, then each requirements file's sha256."""
    lines = [f"python {sys.version_info[0]}.{sys.version_info[1]} {sysconfig.get_platform()}"]
    for name in requirements:
        with open(os.path.join(ROOT, name), "rb") as file:
            lines.append(f"{name} {hashlib.sha256(file.read()).hexdigest()}")
    return lines


def read_stamp() -> List[str]:
    """The lines of the stamp; none where the environment is missing or was left half-made."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            return file.read().splitlines() if os.path.exists(venv_python()) else []
    except OSError:
        return []


def venv_python() -> str:
    """The private environment's interpreter."""
    return os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


def provide_environment(developers: bool) -> None:
    """Make .venv, or complete it, unless its stamp says it is whole: an interrupted start leaves none."""
    wanted = stamp_for(RUN_TIME, DEVELOPERS) if developers else stamp_for(RUN_TIME)
    if read_stamp()[: len(wanted)] == wanted:
        return
    with alone() as turn:
        found = read_stamp()
        if found[: len(wanted)] == wanted:  # by the start that was waited for
            return
        try:
            _complete(developers, developers and found == stamp_for(RUN_TIME), turn)
            with open(STAMP, "w", encoding="utf-8") as file:
                file.write("\n".join(wanted) + "\n")
        except OSError as trouble:
            raise Stop(f"The environment in .venv cannot be written ({trouble}): make room and start again.")


@contextlib.contextmanager
def alone() -> Iterator[Tuple[int, ...]]:
    """Wait for any other start that sets .venv up. pip inherits the lock: one that outlives a killed start holds it."""
    if sys.platform == "win32":  # which lets go of no open file, and so needs no lock
        yield ()
        return
    turn = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another start is setting .venv up: waiting for it.")
        fcntl.flock(turn, fcntl.LOCK_EX)
    except OSError:
        say("This folder cannot be locked: start Aliquot once at a time here.")
    try:
        yield (turn,)
    finally:
        os.close(turn)


def _complete(developers: bool, adding: bool, turn: Tuple[int, ...]) -> None:
    """Add the developers' packages to a whole environment, or make it anew."""
    run_time_mb, developers_mb = FETCH_MB["linux" if sys.platform.startswith("linux") else sys.platform]
    if os.path.isdir(VENV) and not adding:
        say("The environment in .venv is half-made or of another version: making it again.")
    megabytes = developers_mb - run_time_mb if adding else developers_mb if developers else run_time_mb
    say(f"Aliquot fetches about {megabytes} MB of packages, once, and keeps them in .venv.")
    if adding:
        os.remove(STAMP)
    else:
        _empty_environment(fetch_pip())
    _install(DEVELOPERS if developers else RUN_TIME, turn)


def _empty_environment(wheel: bytes) -> None:
    """A fresh .venv that holds pip alone: a wheel without compiled parts is installed by unpacking it."""
    venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=False).create(VENV)
    packages = sysconfig.get_path("purelib", "venv", {"base": VENV, "platbase": VENV})
    zipfile.ZipFile(io.BytesIO(wheel)).extractall(packages)


def _install(requirements: str, turn: Tuple[int, ...]) -> None:
    """Install exactly the locked versions, each held against its hashes, with pip's own progress."""
    command = [venv_python(), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    command += ["--requirement", os.path.join(ROOT, requirements)]
    environ = private(os.environ)
    environ.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_USER="0")
    if subprocess.call(command, env=environ, pass_fds=turn) != 0:
        raise Stop("The packages did not install (pip's message stands above): the next start tries again.")


def private(environ: Mapping[str, str]) -> Dict[str, str]:
    """The environment variables without those that let other packages into the private environment."""
    return {name: value for name, value in environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def become(command: List[str], environ: Dict[str, str]) -> NoReturn:
    """Turn into the program that was asked for; its exit code is ours."""
    if os.name == "nt":  # os.exec there returns to the shell while the program still runs
        sys.exit(subprocess.call(command, env=environ))
    sys.stdout.flush()
    os.execve(command[0], command, environ)


def main(arguments: List[str]) -> NoReturn:
    """Set up what is missing and start the verb."""
    on_linux = sys.platform.startswith("linux")
    sentence = unsupported(
        sys.version_info[:2],
        platform.python_implementation(),
        sysconfig.get_platform(),
        sys.maxsize > 2**32,
        platform.libc_ver() if on_linux else ("", ""),
    )
    if sentence:
        raise Stop(sentence)
    qt = needs_qt(arguments, os.environ, sys.platform)
    if on_linux and (qt or not os.path.exists(STAMP)):
        provide_libraries(required=qt)
    testing = arguments[:1] == ["test"]
    provide_environment(developers=testing)
    environ = private(os.environ)
    if testing:
        os.chdir(ROOT)
        environ["QT_QPA_PLATFORM"] = "offscreen"
        become([venv_python(), "-m", "pytest", "-m", "not slow and not window and not system", *arguments[1:]], environ)
    become([venv_python(), os.path.join(ROOT, "main.py"), *arguments], environ)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Stop as stop:
        print(stop, file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        print("\nInterrupted: the next start takes the set-up up again.", file=sys.stderr)
        sys.exit(130)
