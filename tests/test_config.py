"""Settings: precedence, origins, and mistakes that are named together."""

from pathlib import Path

import pytest

from vademecum.config import load_config, save_settings
from vademecum.errors import ConfigError, LimitError


def test_later_layers_win_and_origins_tell(tmp_path: Path) -> None:
    home = tmp_path / "home" / "vademecum"
    home.mkdir(parents=True)
    (home / "vade.toml").write_text("[retrieve]\ntop_k = 1\ndepth = 50\n")
    (tmp_path / "vade.toml").write_text("[retrieve]\ntop_k = 2\n[answer]\ntimeout_s = 5\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "home"), "VADE_RETRIEVE_TOP_K": "3", "VADE_INGEST_OCR": "no"}
    resolved = load_config(tmp_path, environ=environ, overrides={"retrieve.rerank": False})
    config = resolved.config
    assert (config.retrieve.top_k, config.retrieve.depth, config.answer.timeout_s) == (3, 50, 5.0)
    assert (config.ingest.ocr, config.retrieve.rerank) == (False, False)
    origins = {key.name: key.origin for key in resolved.values()}
    assert origins["retrieve.top_k"] == "environment"
    assert origins["retrieve.rerank"] == "option"
    assert origins["answer.timeout_s"] == str(tmp_path / "vade.toml")
    assert origins["models.embed"] == "default"


def test_all_mistakes_are_named_together(tmp_path: Path) -> None:
    (tmp_path / "vade.toml").write_text(
        "[retrieve]\ntopk = 1\ndepth = 0\nrerank = 'maybe'\n[answer]\nwriter = 'poet'\n"
    )
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path, environ={"HOME": str(tmp_path)})
    message = str(error.value)
    assert "unknown key 'retrieve.topk'. Did you mean 'retrieve.top_k'?" in message
    assert "retrieve.depth = 0: allowed is 1 to 10000" in message
    assert "retrieve.rerank = 'maybe': a bool is needed" in message
    assert "answer.writer = 'poet': allowed is one of auto, extract, chat" in message


def test_file_that_does_not_parse_is_named(tmp_path: Path) -> None:
    (tmp_path / "vade.toml").write_text("[retrieve\n")
    with pytest.raises(ConfigError, match=r"vade\.toml cannot be read"):
        load_config(tmp_path, environ={"HOME": str(tmp_path)})


def test_a_full_disk_keeps_the_settings_there_were(tmp_path: Path, full_disk) -> None:
    save_settings(tmp_path, {"retrieve.depth": 50})
    with full_disk(), pytest.raises(LimitError, match=r"vade\.toml cannot be written: .*Nothing was changed"):
        save_settings(tmp_path, {"retrieve.depth": 60})
    assert load_config(tmp_path).config.retrieve.depth == 50


def test_keys_are_few_and_each_has_help() -> None:
    keys = list(load_config(environ={"HOME": "/nowhere"}).values())
    assert len(keys) < 100
    assert all(key.help.endswith(".") for key in keys)
