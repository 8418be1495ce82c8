"""The engine: learning, accumulation, resuming, stopping, and what it refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from digits import Digits

from vademecum.errors import ConfigError, InputError, LimitError
from vademecum.train import engine
from vademecum.train.checkpoint import save
from vademecum.train.engine import Run, fit
from vademecum.train.settings import FitSettings

QUICK = FitSettings(epochs=2, batch_size=20, learning_rate=1e-2, precision="float32", checkpoint_s=0)


def _weights(task: Digits) -> list[torch.Tensor]:
    return [one.detach().clone() for one in task.model.parameters()]


def test_it_learns_and_keeps_the_best_weights(tmp_path: Path) -> None:
    task = Digits()
    told: list[object] = []
    run = fit(task, settings=QUICK, folder=tmp_path, identity="digits", on_step=told.append)
    assert run.best.score > 0.8
    assert task.evaluate()["accuracy"] == run.best.figures["accuracy"]
    assert run.best.score == max(one.score for one in run.evaluations)
    assert len(run.steps) == 60
    assert len(told) == 64
    assert run.steps[-1].left_s == 0
    assert run.diagnosis == ()


@pytest.mark.parametrize("micro", [1, 3, 7, 19])
def test_parts_of_a_batch_have_the_gradient_of_the_whole(micro: int) -> None:
    whole, parts = Digits(), Digits()
    batch = list(range(19))
    Run(whole, FitSettings(batch_size=19, precision="float32"), "", print)._backward(batch)
    Run(parts, FitSettings(batch_size=19, micro_batch=micro, precision="float32"), "", print)._backward(batch)
    for one, other in zip(whole.model.parameters(), parts.model.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-5, atol=1e-7)


PROGRAM = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from digits import Digits
    from vademecum.train.engine import fit
    from vademecum.train.settings import FitSettings
    import torch
    folder, kill_at, resume = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "resume"
    def on_step(told):
        if getattr(told, "number", -1) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
    task = Digits(dropout=0.3)
    settings = FitSettings(epochs=2, batch_size=20, learning_rate=1e-2, precision="float32", checkpoint_s=0)
    run = fit(task, settings=settings, folder=folder, identity="digits", resume=resume, on_step=on_step)
    losses = torch.tensor([step.loss for step in run.steps])
    torch.save([*(one.detach() for one in task.model.parameters()), losses], folder / "result.pt")
    """
)


def _train(folder: Path, kill_at: int, resume: str) -> int:
    folder.mkdir(exist_ok=True)
    return _run(PROGRAM, folder, kill_at, resume).returncode


def _run(program: str, folder: Path, kill_at: int, resume: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, str(folder), str(kill_at), resume],
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )


def test_a_killed_run_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    assert _train(tmp_path / "whole", 0, "new") == 0
    cut = tmp_path / "cut"
    assert _train(cut, 17, "new") == -signal.SIGKILL
    assert _train(cut, 43, "resume") == -signal.SIGKILL
    assert _train(cut, 0, "resume") == 0
    whole, resumed = torch.load(tmp_path / "whole" / "result.pt"), torch.load(cut / "result.pt")
    for one, other in zip(whole, resumed, strict=True):
        assert torch.equal(one, other)


STOPPED = PROGRAM.replace("SIGKILL", "SIGINT").replace("checkpoint_s=0", "checkpoint_s=9e9, evaluations=1")


def test_ctrl_c_keeps_the_step_at_hand(tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    folder.mkdir()
    stopped = _run(STOPPED, folder, 17, "new")
    assert stopped.returncode != 0 and "KeyboardInterrupt" in stopped.stderr
    assert len(torch.load(folder / engine.CHECKPOINT)["steps"]) == 17
    assert _run(STOPPED, folder, 0, "resume").returncode == 0
    whole = tmp_path / "whole"
    whole.mkdir()
    assert _run(STOPPED, whole, 0, "new").returncode == 0
    for one, other in zip(torch.load(whole / "result.pt"), torch.load(folder / "result.pt"), strict=True):
        assert torch.equal(one, other)


def test_a_checkpoint_of_other_data_is_refused(tmp_path: Path) -> None:
    fit(Digits(), settings=QUICK, folder=tmp_path, identity="digits@1")
    with pytest.raises(InputError, match="another run: its identity is 'digits@1', not 'digits@2'"):
        fit(Digits(), settings=QUICK, folder=tmp_path, identity="digits@2", resume=True)


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"no checkpoint at .*checkpoint.pt to go on from. Train without --resume"
    ):
        fit(Digits(), settings=QUICK, folder=tmp_path, identity="digits", resume=True)


def test_a_full_disk_keeps_the_checkpoint_before(tmp_path: Path, full_disk) -> None:
    path = tmp_path / engine.CHECKPOINT
    with full_disk(), pytest.raises(LimitError, match=r"There is none before it: free some space and train"):
        save(path, {"weights": torch.zeros(100_000)})
    fit(Digits(), settings=QUICK, folder=tmp_path, identity="digits")
    before = path.read_bytes()
    with full_disk(), pytest.raises(LimitError, match=r"The one before is whole: .* go on with --resume"):
        save(path, {"weights": torch.zeros(100_000)})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_patience_stops_early(tmp_path: Path) -> None:
    settings = FitSettings(
        epochs=20, batch_size=20, learning_rate=1e-2, precision="float32", evaluations=100, patience=3
    )
    run = fit(Digits(), settings=settings, folder=tmp_path, identity="digits")
    assert run.stopped_early
    assert len(run.evaluations) - 1 - run.evaluations.index(run.best) == 3


def test_a_loss_that_is_no_number_stops_with_the_rate(tmp_path: Path) -> None:
    class Broken(Digits):
        def loss(self, indices):  # type: ignore[no-untyped-def]
            loss, count = super().loss(indices)
            return loss * float("nan"), count

    with pytest.raises(
        LimitError, match=r"no number 5 times in a row, last at step 5 with the learning rate"
    ):
        fit(Broken(), settings=QUICK, folder=tmp_path, identity="digits")


def test_memory_that_runs_out_halves_the_parts(tmp_path: Path) -> None:
    class Large(Digits):
        def loss(self, indices):  # type: ignore[no-untyped-def]
            if self.model.training and len(indices) > 5:
                raise torch.OutOfMemoryError("too much")
            return super().loss(indices)

    told: list[object] = []
    large, plain = Large(), Digits()
    fit(large, settings=QUICK, folder=tmp_path, identity="digits", on_step=told.append)
    fit(plain, settings=QUICK, folder=tmp_path / "plain", identity="digits")
    said = [one for one in told if isinstance(one, str)]
    assert [words.split()[-5] for words in said] == ["10", "5"]
    for one, other in zip(_weights(large), _weights(plain), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_a_loss_over_the_batch_is_not_worked_off_in_parts() -> None:
    task = Digits()
    task.separable = False
    with pytest.raises(ConfigError, match="micro_batch = 4 is smaller than batch_size = 16"):
        Run(task, FitSettings(micro_batch=4), "", print)


def test_nothing_to_train_on_is_said() -> None:
    with pytest.raises(InputError, match="no example to train on"):
        Run(Digits(count=0), QUICK, "", print)


def test_settings_that_cannot_be_are_named_together() -> None:
    with pytest.raises(
        ConfigError, match=r"epochs = 0 \(more than 0\); batch_size = 0 .*schedule = lin \(one of"
    ):
        FitSettings(epochs=0, batch_size=0, schedule="lin")  # type: ignore[arg-type]


def test_a_gpu_that_is_not_there_is_said() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ConfigError, match="device = cuda, but no GPU"):
        Run(Digits(), FitSettings(device="cuda"), "", print)
