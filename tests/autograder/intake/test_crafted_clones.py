"""Git folders that no git would have made, for `--before`: one sentence each, in bounded time and memory."""

import hashlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import zlib
from datetime import datetime, timezone

import pytest

from autograder.intake import clones, git_copies, git_objects
from autograder.intake.submission import Source, find_submissions, read_submission
from autograder.outcomes import Status

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")

WANTED = ["line.py"]
BEFORE = datetime(2026, 11, 21, tzinfo=timezone.utc)
EARLY, LATE = 1_600_000_000, 1_900_000_000
RIGHT, OTHER = b"right = 1\n", b"other = 1\n"
MIB = 2**20
PATIENCE = 60


@pytest.fixture(autouse=True)
def _no_hang():
    """End a test that waits, for a FIFO perhaps."""

    def stop(*_):
        raise AssertionError("it waits")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)


def packed(kind, data, size=None):
    return f"{kind} {len(data) if size is None else size}".encode() + b"\0" + data


class Git:
    """A `.git` made by hand."""

    def __init__(self, folder):
        self.folder = folder / ".git"
        for name in ("objects", "refs/heads"):
            (self.folder / name).mkdir(parents=True)
        self.write("config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
        self.write("HEAD", "ref: refs/heads/main\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def put(self, kind, data, size=None, name=None):
        """Store an object, if need be under another's name or with another size in its header."""
        own = name or hashlib.sha1(packed(kind, data)).hexdigest()
        path = self.folder / "objects" / own[:2] / own[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(packed(kind, data, size), 9))
        return own

    def tree(self, *entries):
        return self.put(
            "tree", b"".join(b"%s %s\0%s" % (mode, name, bytes.fromhex(own)) for mode, name, own in entries)
        )

    def commit(self, tree, when=EARLY, parents=(), extra="", text="x\n"):
        lines = [f"tree {tree}", *(f"parent {one}" for one in parents), f"author a <a> {when} +0000"]
        lines += [f"committer a <a> {when} +0000{extra}", "", text]
        return self.put("commit", "\n".join(lines).encode())

    def head(self, commit):
        self.write("refs/heads/main", f"{commit}\n")
        return self

    def of(self, content=RIGHT, **options):
        """A commit of one file on the branch."""
        blob = self.put("blob", content)
        return self.head(self.commit(self.tree((b"100644", b"line.py", blob)), **options))


def read(folder):
    return read_submission(Source(folder.name, folder, before=BEFORE), WANTED)


@pytest.fixture
def git(tmp_path):
    return Git(tmp_path / "ada")


def problem_of(git):
    submission = read(git.folder.parent)
    assert submission.files == {}
    assert submission.problem.status is Status.REFUSED
    assert submission.problem.message.count("\n") == 0
    return submission.problem


def right(git):
    return read(git.folder.parent).files == {"line.py": RIGHT}


def test_an_ordinary_one_is_read(git):
    assert right(git.of())


def missing_blob(git):
    git.head(git.commit(git.tree((b"100644", b"line.py", "1" * 40))))


def missing_tree(git):
    git.head(git.commit("2" * 40))


def missing_parent(git):
    git.of(when=LATE, parents=["3" * 40])


def missing_head(git):
    git.head("4" * 40)


def empty(git):
    pass


def header_says_less(git):
    blob = git.put("blob", RIGHT + b"x" * (64 * MIB), size=10, name="5" * 40)
    git.head(git.commit(git.tree((b"100644", b"line.py", blob))))


def header_says_more(git):
    blob = git.put("blob", RIGHT, size=4 * MIB, name="5" * 40)
    git.head(git.commit(git.tree((b"100644", b"line.py", blob))))


def header_says_a_number_without_end(git):
    blob = git.put("blob", RIGHT, size="9" * 30, name="5" * 40)
    git.head(git.commit(git.tree((b"100644", b"line.py", blob))))


def other_content_than_the_id(git):
    true = git.put("blob", RIGHT)
    git.put("blob", OTHER, name=true)
    git.head(git.commit(git.tree((b"100644", b"line.py", true))))


def other_commit_than_the_id(git):
    blob = git.put("blob", OTHER)
    true = git.commit(git.tree((b"100644", b"line.py", git.put("blob", RIGHT))))
    false = f"tree {git.tree((b'100644', b'line.py', blob))}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n\nx\n"
    git.put("commit", false.encode(), name=true)
    git.head(true)


def blob_as_tree(git):
    git.head(git.commit(git.put("blob", RIGHT)))


def tree_as_blob(git):
    git.head(git.commit(git.tree((b"100644", b"line.py", git.tree()))))


def tree_cut_off(git):
    git.head(git.commit(git.put("tree", b"100644 line.py\0abc")))


def tree_with_a_path(git):
    git.head(git.commit(git.tree((b"100644", b"a/line.py", git.put("blob", RIGHT)))))


def tree_without_a_name(git):
    git.head(git.commit(git.tree((b"100644", b"", git.put("blob", RIGHT)))))


def tree_with_a_long_name(git):
    git.head(git.commit(git.tree((b"100644", b"n" * 200_000, git.put("blob", RIGHT)))))


def tree_of_a_million(git):
    git.head(git.commit(git.put("tree", b"100644 a\0" + b"1" * 20 + b"100644 b\0" + b"1" * 20)))
    many = (b"100644 b\0" + b"1" * 20) * 1_000_000
    git.head(git.commit(git.put("tree", many)))


def commit_without_a_time(git):
    tree = git.tree((b"100644", b"line.py", git.put("blob", RIGHT)))
    git.head(git.put("commit", f"tree {tree}\nauthor a <a>\ncommitter a <a>\n\nx\n".encode()))


def commit_of_two_mebibytes(git):
    git.of(text="x" * (2 * MIB))


def commit_of_a_hundred_mebibytes(git):
    git.of(text="x" * (100 * MIB))


def shallow(git):
    git.of(when=LATE, parents=["6" * 40])
    git.write("shallow", (git.folder / "refs/heads/main").read_text())


def fifo(name):
    def make(git):
        git.of()
        path = git.folder / name
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)

    make.__name__ = f"fifo_as_{name}"
    return make


def fifo_as_object(git):
    git.of()
    blob = git.folder / "objects" / (own := hashlib.sha1(packed("blob", RIGHT)).hexdigest())[:2] / own[2:]
    blob.unlink()
    os.mkfifo(blob)


def link_as_config(git):
    git.of()
    (git.folder / "config").unlink()
    (git.folder / "config").symlink_to("/dev/zero")


def folder_as_head(git):
    git.of()
    (git.folder / "HEAD").unlink()
    (git.folder / "HEAD").mkdir()


def head_leads_out(git):
    git.of()
    git.write("HEAD", "ref: ../../../bob/.git/refs/heads/main\n")


def head_of_many_bytes(git):
    git.of()
    git.write("HEAD", "ref: " + "x" * (5 * MIB))


def branch_of_many_bytes(git):
    git.of()
    git.write("refs/heads/main", "x" * (5 * MIB))


def no_git_folder_but_a_file(git):
    shutil.rmtree(git.folder)
    git.folder.write_text("gitdir: ../bob/.git\n")


def no_git_folder_but_a_fifo(git):
    shutil.rmtree(git.folder)
    os.mkfifo(git.folder)


def bare(git):
    git.of()
    for path in git.folder.iterdir():
        path.rename(git.folder.parent / path.name)
    git.folder.rmdir()


def pack_of_nothing(git):
    git.head("7" * 40)
    git.write("objects/pack/pack-1.pack", "x" * MIB)
    git.write("objects/pack/pack-1.idx", "x" * MIB)


def pack_that_declares_much(git):
    """An index and a pack whose one object says that it has 8 TB."""
    name = bytes.fromhex("8" * 40)
    body = b"PACK" + struct.pack(">2L", 2, 1) + b"\xbf" + b"\xff" * 5 + b"\x7f" + zlib.compress(RIGHT)
    pack = body + hashlib.sha1(body).digest()
    fan = b"".join(struct.pack(">L", int(one >= name[0])) for one in range(256))
    index = b"\xfftOc" + struct.pack(">L", 2) + fan + name + struct.pack(">2L", 0, 12) + pack[-20:]
    folder = git.folder / "objects" / "pack"
    folder.mkdir()
    (folder / "pack-1.pack").write_bytes(pack)
    (folder / "pack-1.idx").write_bytes(index + hashlib.sha1(index).digest())
    git.head(git.commit(git.tree((b"100644", b"line.py", "8" * 40))))


REFUSED = [
    missing_blob,
    missing_tree,
    missing_parent,
    missing_head,
    empty,
    header_says_less,
    header_says_more,
    header_says_a_number_without_end,
    other_content_than_the_id,
    other_commit_than_the_id,
    blob_as_tree,
    tree_as_blob,
    tree_cut_off,
    tree_with_a_path,
    tree_without_a_name,
    tree_with_a_long_name,
    tree_of_a_million,
    commit_without_a_time,
    commit_of_two_mebibytes,
    commit_of_a_hundred_mebibytes,
    shallow,
    *map(fifo, ("config", "HEAD", "packed-refs", "refs/heads/other", "shallow", "hooks/x", "objects/info/packs")),
    fifo_as_object,
    link_as_config,
    folder_as_head,
    head_leads_out,
    head_of_many_bytes,
    branch_of_many_bytes,
    no_git_folder_but_a_file,
    no_git_folder_but_a_fifo,
    bare,
    pack_of_nothing,
    pack_that_declares_much,
]


@pytest.mark.parametrize("craft", REFUSED, ids=lambda craft: craft.__name__)
def test_what_cannot_be_read_is_refused_with_a_sentence(git, craft):
    craft(git)
    problem_of(git)


def test_a_bare_repository_is_called_one(git):
    bare(git)
    assert problem_of(git).message == "ada is a bare git repository: hand in a clone of it."


def commit_of_800_kilobytes(git):
    git.of(text="x" * 800_000)


def replaced(git):
    """`git replace` says that another blob stands in for the one that was committed."""
    git.of()
    other = git.put("blob", OTHER)
    git.write(f"refs/replace/{hashlib.sha1(packed('blob', RIGHT)).hexdigest()}", f"{other}\n")


def replaced_commit(git):
    git.of(content=OTHER)
    other = (git.folder / "refs/heads/main").read_text().strip()
    git.of()
    git.write(f"refs/replace/{(git.folder / 'refs/heads/main').read_text().strip()}", f"{other}\n")


def grafted(git):
    """A graft says that the late commit follows another one."""
    git.of(content=OTHER, when=EARLY + 9)
    other = (git.folder / "refs/heads/main").read_text().strip()
    git.of()
    early = (git.folder / "refs/heads/main").read_text().strip()
    git.of(content=b"late", when=LATE, parents=[early])
    git.write("info/grafts", f"{(git.folder / 'refs/heads/main').read_text().strip()} {other}\n")


def settings(git):
    git.of()
    lines = ["[core]", "repositoryformatversion = 0", "fsmonitor = exit 1", "hooksPath = /nowhere", "worktree = /etc"]
    lines += ["pager = false", "[include]", "path = /dev/zero", '[extensions "x"]', "y = z", "[broken"]
    git.write("config", "\n".join(lines))


def promised(git):
    git.of()
    git.write(
        "config", '[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = o\n[remote "o"]\nurl = ext::x'
    )


def packed_reference(git):
    git.of()
    commit = (git.folder / "refs/heads/main").read_text()
    (git.folder / "refs/heads/main").unlink()
    git.write("packed-refs", f"{commit.strip()} refs/heads/main\n")


def detached(git):
    git.of()
    git.write("HEAD", (git.folder / "refs/heads/main").read_text())


def monitored(git):
    """Git's own watch over files leaves a socket."""
    git.of()
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.getcwd()
        os.chdir(git.folder)
        bound.bind("fsmonitor--daemon.ipc")
        os.chdir(here)


def bomb(git, name=200, depth=8):
    """As many files as no machine can list; the wanted one lies at the top."""
    tree = git.tree(*((b"100644", bytes([97 + i]) * name, git.put("blob", b"x")) for i in range(16)))
    for _ in range(depth):
        tree = git.tree(*((b"40000", bytes([97 + i]) * name, tree) for i in range(16)))
    own = git.put("blob", RIGHT)
    git.head(git.commit(git.tree((b"100644", b"line.py", own), (b"40000", b"z", tree))))


def deep(git):
    tree = git.tree((b"100644", b"x", git.put("blob", b"x")))
    for _ in range(2000):
        tree = git.tree((b"40000", b"d", tree))
    git.head(git.commit(git.tree((b"40000", b"d", tree), (b"100644", b"line.py", git.put("blob", RIGHT)))))


def folder_of_a_million(git):
    many = git.put("tree", (b"100644 b\0" + b"1" * 20) * 1_000_000)
    git.head(git.commit(git.tree((b"40000", b"d", many), (b"100644", b"line.py", git.put("blob", RIGHT)))))


def large_file_of_another_name(git):
    large = git.put("blob", b"x" * (50 * MIB))
    own = git.put("blob", RIGHT)
    git.head(git.commit(git.tree((b"100644", b"data.txt", large), (b"100644", b"line.py", own))))


def committed_in_the_year_ten_thousand(git):
    git.of()
    early = (git.folder / "refs/heads/main").read_text().strip()
    git.of(content=OTHER, when=10**17, parents=[early])


READ = [
    commit_of_800_kilobytes,
    replaced,
    replaced_commit,
    grafted,
    settings,
    promised,
    packed_reference,
    detached,
    monitored,
    bomb,
    deep,
    folder_of_a_million,
    large_file_of_another_name,
    committed_in_the_year_ten_thousand,
]


@pytest.mark.parametrize("craft", READ, ids=lambda craft: craft.__name__)
def test_what_was_committed_is_read_whatever_lies_around_it(git, craft):
    craft(git)
    assert right(git)


@pytest.mark.parametrize(
    ("craft", "note"),
    [
        (bomb, "Only the nearest 10,000 files and folders were looked through."),
        (deep, "Folders more than 64 deep were passed over."),
        (folder_of_a_million, "Folders with too many files were passed over."),
    ],
)
def test_a_note_says_what_was_passed_over(git, craft, note):
    craft(git)
    assert note in read(git.folder.parent).notes


def test_what_the_environment_says_to_git_does_not_count(git, tmp_path, monkeypatch):
    git.of()
    other = Git(tmp_path / "other").of(content=OTHER).folder
    (tmp_path / ".gitconfig").write_text("[broken\n")
    settings = {"GIT_DIR": other, "GIT_OBJECT_DIRECTORY": other / "objects", "GIT_TRACE": "1", "HOME": tmp_path}
    settings |= {"GIT_CONFIG_COUNT": "x", "GIT_REPLACE_REF_BASE": "refs/heads", "GIT_CONFIG_GLOBAL": "/nowhere/x"}
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    assert right(git)


def test_objects_of_another_that_the_environment_names_are_not_read(git, tmp_path, monkeypatch):
    other = Git(tmp_path / "other").of().folder
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(other / "objects"))
    git.head((other / "refs/heads/main").read_text().strip())
    problem_of(git)


def test_git_is_ended_after_its_time(git, monkeypatch, tmp_path):
    """A git that never answers."""
    git.of()
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 1000\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(git_objects, "SECONDS", 0.2)
    assert "git was stopped after 0.2 s" in problem_of(git).detail


def test_git_has_no_more_memory_than_it_may(git):
    """An object that git has to hold whole: a tree of 600 MiB, packed into one."""
    compressor = zlib.compressobj(1)
    size = 600 * MIB
    with (git.folder / "object").open("wb") as file:
        file.write(compressor.compress(b"tree %d\0" % size))
        for _ in range(600):
            file.write(compressor.compress(bytes(MIB)))
        file.write(compressor.flush())
    (git.folder / "objects" / "99").mkdir()
    (git.folder / "object").rename(git.folder / "objects" / "99" / ("9" * 38))
    folder = git.folder
    with git_objects.Objects(folder) as objects, pytest.raises(git_objects.Unusable) as caught:
        objects.read("9" * 40, "tree", 700 * MIB)
    assert "memory" in caught.value.problem.detail


def test_without_git_a_sentence_says_so(git, monkeypatch, tmp_path):
    git.of()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in problem_of(git).detail


@pytest.mark.parametrize("limit", ["MOST_FILES", "MOST_BYTES"])
def test_a_clone_that_is_too_large_is_refused(git, monkeypatch, limit):
    git.of()
    monkeypatch.setattr(git_copies, limit, 2)
    assert "too large" in problem_of(git).message


def test_a_history_without_end_is_refused(git, monkeypatch):
    monkeypatch.setattr(clones, "MOST_COMMITS", 10)
    git.of()
    for _ in range(12):
        git.of(when=LATE, parents=[(git.folder / "refs/heads/main").read_text().strip()])
    assert "more than 10 commits" in problem_of(git).detail


def test_too_many_folders_to_look_for_a_clone(tmp_path, monkeypatch):
    monkeypatch.setattr(clones, "MOST_FOLDERS", 10)
    for number in range(12):
        (tmp_path / "ada" / str(number)).mkdir(parents=True)
    assert "too many folders" in read(tmp_path / "ada").problem.message


def run(folder, *arguments, when=EARLY):
    who = {f"GIT_{one}_{what}": "x" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {f"GIT_{one}_DATE": f"{when} +0000" for one in ("AUTHOR", "COMMITTER")}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "protocol.file.allow=always", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, env={**os.environ, **who, **dates, **own}, capture_output=True).stdout


@pytest.fixture
def history(tmp_path):
    """Two branches that are merged, most of it in time."""
    folder = tmp_path / "honest"
    folder.mkdir()
    run(folder, "init", "--quiet", "--initial-branch=main")
    for number in range(6):
        (folder / "line.py").write_text(f"main = {number}\n")
        run(folder, "add", ".")
        run(folder, "commit", "--quiet", "-m", "x", when=1_795_000_000 + number * 100_000)
        if number == 1:
            run(folder, "branch", "side")
    run(folder, "switch", "--quiet", "side")
    for number in range(6):
        (folder / "other.py").write_text(f"side = {number}\n")
        run(folder, "add", ".")
        run(folder, "commit", "--quiet", "-m", "x", when=1_795_150_000 + number * 100_000)
    run(folder, "merge", "--quiet", "-m", "x", "main", when=1_795_900_000)
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_the_commit_is_the_one_that_git_names(history, packed):
    if packed:
        run(history, "gc", "--quiet")
        run(history, "commit-graph", "write", "--reachable")
        run(history, "pack-refs", "--all")
    commits = set()
    for number in range(1, 12):
        before = datetime.fromtimestamp(1_795_000_000 + number * 100_000 - 1, timezone.utc)
        named = run(history, "rev-list", "-1", f"--before={before.isoformat()}", "HEAD").decode().strip()
        submission = read_submission(Source("honest", history, before=before), WANTED)
        assert any(note.startswith(f"Commit {named[:12]} of ") for note in submission.notes)
        assert submission.files["line.py"] == run(history, "show", f"{named}:line.py")
        commits.add(named)
    assert len(commits) > 5


@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_clone_is_read_where_it_goes_back_far_enough(history, tmp_path, depth):
    """With one commit it does not."""
    run(history, "switch", "--quiet", "main")
    run(tmp_path, "clone", "--quiet", f"--depth={depth}", history.as_uri(), "cut")
    late = datetime.fromtimestamp(1_795_450_000, timezone.utc)
    submission = read_submission(Source("cut", tmp_path / "cut", before=late), WANTED)
    if depth == 2:
        assert submission.files == {"line.py": b"main = 4\n"}
    else:
        assert "shallow" in submission.problem.message and "--depth" in submission.problem.detail


def test_a_local_clone_whose_objects_are_hard_links_is_read(history, tmp_path):
    run(history, "gc", "--quiet")
    run(tmp_path, "clone", "--quiet", "--local", str(history), "linked")
    assert any(path.stat().st_nlink > 1 for path in (tmp_path / "linked/.git/objects").rglob("*.pack"))
    late = datetime.fromtimestamp(LATE, timezone.utc)
    assert read_submission(Source("linked", tmp_path / "linked", before=late), WANTED).problem is None


def test_one_with_sha256_is_read(tmp_path):
    folder = tmp_path / "ada"
    folder.mkdir()
    run(folder, "init", "--quiet", "--object-format=sha256")
    (folder / "line.py").write_bytes(RIGHT)
    run(folder, "add", ".")
    run(folder, "commit", "--quiet", "-m", "x")
    assert read(folder).files == {"line.py": RIGHT}


def test_a_class_of_all_of_these_leaves_the_honest_ones_as_they_are(tmp_path):
    """What is hostile costs its neighbours nothing, and little memory: a process that holds 400 MiB more is stopped."""
    for number, craft in enumerate([*REFUSED, *READ]):
        craft(Git(tmp_path / f"{number:02}"))
    for name in ("aa", "mm", "zz"):
        Git(tmp_path / name).of()
    Git(tmp_path / "wrong").of(content=OTHER)
    found = find_submissions([tmp_path], WANTED, before=BEFORE)
    files = {source.owner: read_submission(source, WANTED).files.get("line.py") for source in found}
    assert len(files) == len(REFUSED) + len(READ) + 4
    expected = {"aa": RIGHT, "mm": RIGHT, "zz": RIGHT, "wrong": OTHER}
    expected |= {f"{number:02}": None for number in range(len(REFUSED))}
    expected |= {f"{number:02}": RIGHT for number in range(len(REFUSED), len(REFUSED) + len(READ))}
    assert files == expected
