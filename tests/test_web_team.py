"""Settings of team chat: what is read, and what is refused in a sentence."""

from pathlib import Path

import pytest

from index import Filter
from qa import SettingsError
from web.team import TeamSettings

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def read(folder: Path, rules: str = "", **environment: str) -> TeamSettings:
    if rules:
        (folder / "team.toml").write_text(rules, encoding="utf-8")
    named = {f"PINCITE_{name}": value for name, value in environment.items()}
    return TeamSettings.from_environment(named, folder)


def test_nothing_is_switched_on_by_itself(tmp_path: Path) -> None:
    assert read(tmp_path) == TeamSettings()


def test_the_environment_is_read(tmp_path: Path) -> None:
    read_settings = read(
        tmp_path,
        PUBLIC_URL="https://pincite.example/docs/",
        SLACK_SIGNING_SECRET=f" {SECRET} ",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
        HOOK_TOKENS="abcdefghijklmnop, 1234567890123456,",
    )

    assert read_settings == TeamSettings(
        public_url="https://pincite.example/docs",
        signing_secret=SECRET,
        bot_token="xoxb-1",
        app_token="xapp-1",
        hook_tokens=("abcdefghijklmnop", "1234567890123456"),
    )


def test_no_secret_is_in_what_is_shown() -> None:
    shown = repr(
        TeamSettings(
            signing_secret=SECRET, bot_token="xoxb-1", app_token="xapp-1", hook_tokens=("token",)
        )
    )

    assert shown == "TeamSettings(public_url='', post_hosts=(), channels={}, teams={})"


def test_a_channel_and_its_team_both_limit_what_is_asked(tmp_path: Path) -> None:
    rules = read(
        tmp_path,
        """
        post_hosts = ["Mattermost.example:8065"]
        [channels.default]
        tag = "public"
        [channels.C000001]
        in = ["policies/", "rules/"]
        after = "2020"
        [channels.C000002]
        [teams.T000001]
        author = ["Smith"]
        """,
    )

    policies = Filter(within=("policies/", "rules/"), after="2020")
    assert rules.post_hosts == ("mattermost.example:8065",)
    assert rules.only("T000002", "C000001") == policies
    assert rules.only("T000001", "C000001") == policies.and_also(Filter(authors=("Smith",)))
    assert rules.only("T000002", "C000003") == Filter(tags=("public",))
    assert rules.only("T000001", "C000002") == Filter(authors=("Smith",))
    assert rules.only("T000002", "C000002") is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PUBLIC_URL", "pincite.example", "PINCITE_PUBLIC_URL='pincite.example'"),
        ("PUBLIC_URL", "ftp://pincite.example", "such as https://pincite.example"),
        ("PUBLIC_URL", "https://me:pw@pincite.example", "PINCITE_PUBLIC_URL"),
        ("PUBLIC_URL", "https://pincite.example/?a", "PINCITE_PUBLIC_URL"),
        ("PUBLIC_URL", "https://pincite.example:70000", "PINCITE_PUBLIC_URL"),
        ("PUBLIC_URL", "https://pincite.example/a|b>", "PINCITE_PUBLIC_URL"),
        ("PUBLIC_URL", "https://[", "PINCITE_PUBLIC_URL"),
        ("SLACK_BOT_TOKEN", "xapp-1", "PINCITE_SLACK_BOT_TOKEN cannot be used: .*'xoxb-'"),
        ("SLACK_APP_TOKEN", "xoxb-1", "PINCITE_SLACK_APP_TOKEN cannot be used: .*'xapp-'"),
        ("HOOK_TOKENS", "abcdefghijklmnop,secret", "token 2 of PINCITE_HOOK_TOKENS"),
        ("TEAM_FILE", "/nowhere/team.toml", "no file '/nowhere/team.toml'"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, value: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=told) as refusal:
        read(tmp_path, **{name: value})

    if "TOKEN" in name:
        assert value.rpartition(",")[2] not in str(refusal.value)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("post_hosts = [", "not valid TOML"),
        ("posts = 1", "the file has 'posts'"),
        ("post_hosts = [1]", "post_hosts must be text"),
        ("post_hosts = ['https://chat.example']", "post_hosts names 'https://chat.example'"),
        ("channels = 1", "'channels' must be a table"),
        ("[channels]\nC000001 = 'a'", "'channels.C000001' must be a table"),
        (
            "[channels.C000001]\nfolder = 'a'",
            r"\[channels.C000001\] has 'folder'.* in, author, tag",
        ),
        ("[channels.C000001]\nin = 3", r"'in' of \[channels.C000001\] must be text"),
        ("[channels.C000001]\nin = ' '", r"\[channels.C000001\]: the filter 'in' has no value"),
        (
            "[teams.T000001]\nafter = ['2020', '2021']",
            r"'after' of \[teams.T000001\] must be one date",
        ),
        ("[channels.general]\ntag = 'x'", r"\[channels.general\] would never hold: .* not an id"),
        ("[teams.default]\ntag = 'x'", r"\[teams.default\] would never hold"),
        ("[teams.T000001]\nbefore = 'soon'", r"\[teams.T000001\]: before 'soon' is no date"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, rules: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refusal:
        read(tmp_path, rules)

    assert str(tmp_path / "team.toml") in str(refusal.value)
