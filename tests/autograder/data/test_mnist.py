"""Where the digits come from, and what is said of files that are not them."""

import gzip
import hashlib
import http.server
import os
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from autograder.data import mnist
from autograder.data.dataset import DataError
from autograder.data.idx import FILES, File
from autograder.data.standin import FILE, stand_in
from autograder.ledger.digests import data_digest

FOLDER = os.environ.get("MNIST_DIR")


def images(count: int) -> bytes:
    return struct.pack(">4I", 0x803, count, 28, 28) + bytes(range(256)) * 3 * count + bytes(16 * count)


def labels(count: int) -> bytes:
    return struct.pack(">2I", 0x801, count) + bytes(number % 10 for number in range(count))


GOOD = {file.name: images(12) if "images" in file.name else labels(12) for file in FILES}


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr(mnist, "cache_folder", lambda: tmp_path / "cache")


@pytest.fixture
def named_folder(tmp_path, monkeypatch):
    """A folder, named by MNIST_DIR, that holds the files given."""

    def make(contents: dict[str, bytes]) -> Path:
        folder = tmp_path / "mine"
        folder.mkdir()
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        monkeypatch.setenv("MNIST_DIR", str(folder))
        return folder

    return make


@pytest.mark.skipif(FOLDER is None, reason="MNIST_DIR is not set")
def test_the_real_files(monkeypatch):
    monkeypatch.setenv("MNIST_DIR", str(FOLDER))
    digits = mnist.load()
    assert (digits.name, digits.notice, digits.provisional) == ("mnist", "", False)
    assert digits.train.images.shape == (60000, 28, 28)
    assert digits.test.images.shape == (10000, 28, 28)
    assert digits.test.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_a_folder_that_is_named_later_counts(named_folder):
    assert mnist.load().provisional
    named_folder(GOOD)
    assert mnist.load().name == "other"


def test_other_images_are_read_and_named_so(named_folder):
    named_folder(GOOD)
    data = mnist.load()
    assert (data.name, data.provisional) == ("other", False)
    assert "MNIST_DIR" in data.notice
    assert data.train.images.shape == (12, 28, 28)
    assert data.train.images[0, 1, 0] == 28
    assert data.test.labels.tolist() == [*range(10), 0, 1]


def test_gzipped_files_will_do(named_folder):
    named_folder({f"{name}.gz": gzip.compress(content) for name, content in GOOD.items()})
    assert mnist.load().train.images.shape == (12, 28, 28)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train-images-idx3-ubyte", None, r"train-images-idx3-ubyte: not there, nor with \.gz"),
        ("t10k-images-idx3-ubyte", b"", r"t10k-images-idx3-ubyte: not a whole IDX file of images of 28×28"),
        ("t10k-images-idx3-ubyte", images(12)[:-1], "not a whole IDX file"),
        ("t10k-images-idx3-ubyte", images(12) + b"x", "not a whole IDX file"),
        ("t10k-images-idx3-ubyte", labels(12), "not a whole IDX file"),
        ("train-labels-idx1-ubyte", labels(11), "train-labels-idx1-ubyte: 11 labels for 12 images"),
        ("train-labels-idx1-ubyte", labels(12)[:-1] + b"\x0a", "labels must be 0 to 9"),
    ],
)
def test_a_damaged_file_is_named(named_folder, name, content, message):
    contents = {**GOOD, name: content}
    named_folder({name: content for name, content in contents.items() if content is not None})
    with pytest.raises(DataError, match=message):
        mnist.load()


def test_a_damaged_archive_is_named(named_folder):
    folder = named_folder({f"{name}.gz": gzip.compress(content) for name, content in GOOD.items()})
    path = folder / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\.gz: cannot be read .* Copy it again"):
        mnist.load()


def test_without_mnist_the_stand_in_is_used_and_said_so():
    data = mnist.load()
    assert (data.name, data.provisional) == ("digits", True)
    assert "provisional" in data.notice
    assert data.train.images.shape == (1500, 28, 28)
    assert data.test.images.shape == (297, 28, 28)
    assert data.train.images.dtype == np.uint8
    assert data.train.images.max() == 255
    assert np.bincount(np.concatenate([data.train.labels, data.test.labels])).sum() == 1797


def test_the_stand_in_is_the_same_everywhere():
    """The digests are those of SciPy's `zoom` (order 1) of scikit-learn's digits: grades were given on these images."""
    data = stand_in()
    arrays = (data.train.images, data.train.labels, data.test.images, data.test.labels)
    assert [hashlib.sha256(array.tobytes()).hexdigest() for array in arrays] == [
        "266c1e693b402c0d53c2581440383c21e6bfe9fcb2fdb9d5f69b1fd84773a2db",
        "f2ec1ff62bf87dc844ce495976e6c6968b2294434f93a3c909a3ad7f45edef74",
        "d7f6b704bf6da91a8602ba0b730546c69663ca8828b8fa47e82ec6c78a0e6b3b",
        "468126f7ebc6cc97c6d268862e5ee5db9c53545c427e72833f2c62b24bb4bd6f",
    ]
    assert data_digest(data) == "0372ac0d30bc13294c9de6cbcdb1ae6c0d752f6289abc25ba949fdc4e6714988"


def test_the_digits_name_their_source_and_licence():
    with np.load(FILE, allow_pickle=False) as stored:
        source = str(stored["source"])
    for words in ("Optical Recognition of Handwritten Digits", "UCI", "CC BY 4.0", "scikit-learn", "BSD 3-Clause"):
        assert words in source and words in FILE.with_name("README.md").read_text(encoding="utf-8")


def test_the_stand_in_stands_upright():
    data = stand_in()
    ink = np.array([data.train.images[data.train.labels == digit].mean(axis=0) for digit in (4, 7)])
    assert ink[1, :8].sum() > 1.5 * ink[0, :8].sum()  # a 7 has its bar at the top, a 4 has nothing there


def test_a_damaged_cache_is_named(tmp_path):
    (tmp_path / "cache").mkdir()
    for name, content in GOOD.items():
        (tmp_path / "cache" / name).write_bytes(content)
    with pytest.raises(DataError, match=r"cache: damaged\. Remove this folder, and run `autograder data`"):
        mnist.load()


@pytest.fixture
def mirror(tmp_path):
    """A web server for a folder: its address, the folder, and the paths it was asked for."""
    folder, asked = tmp_path / "mirror", []
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_):
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", folder, asked
        server.shutdown()
        thread.join()


WANTED = File("digits", hashlib.sha256(b"the digits").hexdigest())


def test_a_mirror_that_fails_is_followed_by_the_next(mirror, tmp_path, capfd):
    address, folder, asked = mirror
    for name, content in [
        ("damaged", b"no gzip"),
        ("other", gzip.compress(b"x")),
        ("good", gzip.compress(b"the digits")),
    ]:
        (folder / name).mkdir()
        (folder / name / "digits.gz").write_bytes(content)
    mirrors = [f"{address}{name}/" for name in ("missing", "damaged", "other", "good")]
    mnist.fetch(tmp_path / "cache", files=[WANTED], mirrors=mirrors)
    assert (tmp_path / "cache" / "digits").read_bytes() == b"the digits"
    assert "100%" in capfd.readouterr().err
    before = len(asked)
    mnist.fetch(tmp_path / "cache", files=[WANTED], mirrors=mirrors)
    assert len(asked) == before


def test_what_is_damaged_is_fetched_again(mirror, tmp_path):
    address, folder, _ = mirror
    (folder / "digits.gz").write_bytes(gzip.compress(b"the digits"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "digits").write_bytes(b"half of the di")
    mnist.fetch(tmp_path / "cache", files=[WANTED], mirrors=[address])
    assert (tmp_path / "cache" / "digits").read_bytes() == b"the digits"


def test_when_all_mirrors_fail_each_is_named(mirror, tmp_path):
    address, folder, _ = mirror
    (folder / "digits.gz").write_bytes(gzip.compress(b"others"))
    with pytest.raises(DataError, match="could not be fetched") as raised:
        mnist.fetch(tmp_path / "cache", files=[WANTED], mirrors=[f"{address}missing/", address])
    assert "404" in str(raised.value)
    assert f"{address}digits.gz: not the file that it should be" in str(raised.value)
    assert not (tmp_path / "cache").exists()
