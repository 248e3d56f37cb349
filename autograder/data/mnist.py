"""MNIST: from `MNIST_DIR`, from the cache, or fetched into it; its stand-in where it is not there."""

import gzip
import os
import tempfile
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path, PurePosixPath

import pooch
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn

from autograder.data.dataset import DataError, Dataset
from autograder.data.idx import FILES, File, read_files, splits
from autograder.data.standin import stand_in
from autograder.files import write_atomically

VARIABLE = "MNIST_DIR"
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
MIRROR_SECONDS = 20
OTHER_NOTICE = f"{VARIABLE} names other images than MNIST's."


def cache_folder() -> Path:
    """Return where MNIST is kept once it has been fetched."""
    return Path(pooch.os_cache("chain-rule")) / "mnist"


def source() -> Path | None:
    """The folder that `load` reads: what `MNIST_DIR` names, or else the cache, if all four files are there."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    folder = cache_folder()
    return folder if all((folder / file.name).is_file() for file in FILES) else None


def load() -> Dataset:
    """The images to train and to test on; nothing is fetched.

    The folder in `MNIST_DIR` comes first, then the cache, then the stand-in. Raises `DataError` where the first one
    found cannot be used.
    """
    return _read(source())


@cache
def _read(folder: Path | None) -> Dataset:
    """The images in a folder, read once; the stand-in where there is no folder."""
    if folder is None:
        return stand_in()
    contents = read_files(folder)
    train, test = splits(contents, folder)
    if all(file.matches(content) for file, content in contents.items()):
        return Dataset("mnist", train, test)
    if folder == cache_folder():
        raise DataError(f"{folder}: damaged. Remove this folder, and run `autograder data`.")
    return Dataset("other", train, test, OTHER_NOTICE)


def fetch(folder: Path, *, files: Sequence[File] = FILES, mirrors: Sequence[str] = MIRRORS) -> None:
    """Download what is missing in `folder`, with a progress bar; a mirror that fails is followed by the next.

    Each file is kept only if it holds what it must. Raises `DataError` naming what every mirror answered.
    """
    for file in files:
        path = folder / file.name
        if not (path.is_file() and file.matches(path.read_bytes())):
            write_atomically(path, _download(file, mirrors))


def _download(file: File, mirrors: Sequence[str]) -> bytes:
    answers = []
    for mirror in mirrors:
        url = f"{mirror}{file.name}.gz"
        try:
            content = _get(url)
        except (OSError, EOFError, ValueError, zlib.error) as error:  # requests' errors are OSErrors
            answers.append(f"{url}: {error}")
            continue
        if file.matches(content):
            return content
        answers.append(f"{url}: not the file that it should be")
    raise DataError(
        f"{file.name} could not be fetched. Try again later, or set {VARIABLE} to a folder that holds MNIST.\n"
        + "\n".join(answers)
    )


def _get(url: str) -> bytes:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress, tempfile.TemporaryDirectory() as folder:
        downloader = pooch.HTTPDownloader(progressbar=_Bar(progress, PurePosixPath(url).name), timeout=MIRROR_SECONDS)
        path = Path(folder, "download.gz")
        downloader(url, str(path), None)
        return gzip.decompress(path.read_bytes())


class _Bar:
    """A progress bar that pooch moves. It sets `total`, and calls the methods by the names that tqdm gave them."""

    total = 0

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, visible=False)

    def update(self, size: int) -> None:
        """Some more bytes have arrived."""
        self._progress.update(self._task, advance=size, total=self.total or None, visible=True)

    def reset(self) -> None:
        """Count from 0 again."""
        self._progress.reset(self._task)

    def close(self) -> None:
        """Leave the bar as it is: it goes with its `Progress`."""
