"""What the code consists of, compose and Kubernetes start; both start the same."""

import dataclasses
import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from chassis.config import peers
from deploy.paths import ROOT
from deploy.processes import PEERS, Process, declared
from deploy.secret_files import Folder, make
from tests.deploy import cluster, compose

OVERLAYS = ("demo", "production")
PROCESSES = {f"{process.service}-{process.role}": process for process in declared("real")}
JOBS = {f"{service}-prepare" for service in PEERS}
# the gateway owns no database and no bus; only documents has jobs; web processes have no loops that turn
NOT_ITS = {
    "gateway": {"database_url", "bus_url", "trust_dir", "anchor_dir", "celery_broker_url", "heartbeat_file"},
    **{service: {"celery_broker_url"} for service in PEERS},
    "documents": set(),
}
HOSTS = {"postgresql": "db:5432", "rabbitmq": "bus:5672", "redis-jobs": "jobs:6379", "redis-limits": "limits:6379"}


def config_of(service: str) -> Any:
    """Its module alone: two services in one process would mix their tables."""
    package = "gateway/gateway" if service == "gateway" else f"svc-{service}/svc_{service}"
    spec = importlib.util.spec_from_file_location(f"settings_of_{service}", ROOT / package / "config.py")
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Config


def spoken(command: Any) -> list[str]:
    """What is said to the service, without the words of the place where it runs."""
    words = [str(word) for word in command]
    if any(word.endswith("gunicorn") for word in words):
        return ["gunicorn", *(Path(word).parent.name for word in words if word.endswith(".conf.py"))]
    if any(word.endswith("celery") for word in words):
        return ["celery", *sorted(word for word in words if word.startswith(("--conc", "--without", "worker")))]
    return ["flask", words[-1]]


def settings_in(environment: dict[str, str]) -> set[str]:
    return {name.removesuffix("_FILE") if name != "KEY_FILE" else name for name in environment} | set(environment)


@pytest.fixture(scope="module")
def composed() -> dict[str, compose.Service]:
    return compose.services()


def workloads(overlay: str) -> dict[str, cluster.Thing]:
    return cluster.of_kind(overlay, "Deployment", "Job")


def test_compose_starts_every_process_and_no_other(composed: dict[str, compose.Service]) -> None:
    ours = {name for name, service in composed.items() if "/run/secrets/key.json" in service["environment"].values()}

    assert ours == set(PROCESSES) | JOBS


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_starts_every_process_and_no_other(overlay: str) -> None:
    ours = {name for name, thing in workloads(overlay).items() if "envFrom" in cluster.container(thing)}

    assert ours == set(PROCESSES) | JOBS


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_started_with_the_same_words_everywhere(name: str, composed: dict[str, compose.Service]) -> None:
    process: Process = PROCESSES[name]
    words = spoken(process.command)
    image = {"web": ["gunicorn", "gateway" if process.service == "gateway" else "deploy"]}  # the image's own command

    assert spoken(composed[name]["command"]) == words if "command" in composed[name] else words == image[process.role]
    for overlay in OVERLAYS:
        assert spoken(cluster.container(workloads(overlay)[name])["command"]) == words


@pytest.mark.parametrize("service", [*PEERS, "gateway"])
def test_every_setting_of_a_service_is_said(service: str, composed: dict[str, compose.Service]) -> None:
    wanted = {
        field.name.upper() for field in dataclasses.fields(config_of(service)) if field.name not in NOT_ITS[service]
    }
    names = [name for name in PROCESSES if name.startswith(f"{service}-")]

    assert wanted <= set().union(*(settings_in(composed[name]["environment"]) for name in names))
    for overlay in OVERLAYS:
        said = (settings_in(cluster.settings(overlay, workloads(overlay)[name])) for name in names)
        assert wanted <= set().union(*said)


@pytest.mark.parametrize("service", [*PEERS, "gateway"])
def test_no_setting_is_said_that_the_code_does_not_know(service: str) -> None:
    known = {field.name.upper() for field in dataclasses.fields(config_of(service))} | {"WEB_WORKERS", "WEB_THREADS"}
    base = ROOT / "deploy" / "kubernetes" / "base"
    said = compose.settings_of(base / "settings.env") | compose.settings_of(base / service / "settings.env")

    assert {name for name in said if name not in known and name.removesuffix("_FILE") not in known} == set()


@pytest.mark.parametrize("name", sorted({*PROCESSES, *JOBS}))
def test_compose_and_kubernetes_say_the_same(name: str, composed: dict[str, compose.Service]) -> None:
    here = composed[name]["environment"]
    there = cluster.settings("production", workloads("production")[name])
    for different in ("PUBLIC_URL",):
        here.pop(different), there.pop(different)

    assert here == there


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_images_are_the_same_everywhere(overlay: str, composed: dict[str, compose.Service]) -> None:
    for name, thing in cluster.of_kind(overlay, "Deployment", "Job", "StatefulSet").items():
        found = cluster.container(thing)["image"].replace("registry.zerocalls.invalid/", "zerocalls/")
        assert found == composed["demo" if name == "orders" else name]["image"], name


def test_every_image_has_a_version(composed: dict[str, compose.Service]) -> None:
    base = re.search(r"FROM (python:\S+) AS python", (ROOT / "deploy" / "Dockerfile").read_text())
    assert base
    for image in (base[1], *(service["image"] for service in composed.values())):
        assert re.fullmatch(r".+:\d+\.\d+\.\d+\S*|postgres:\d+\.\d+\S*", image), image


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_peers_are_called_where_they_listen(overlay: str, composed: dict[str, compose.Service]) -> None:
    doors = cluster.of_kind(overlay, "Service")
    for name, process in PROCESSES.items():
        called = peers(composed[name]["environment"]["PEERS"])
        assert called == {service: f"http://{service}-web:8080" for service in PEERS}
        if process.has_port:
            assert doors[name]["spec"]["ports"][0]["port"] == 8080
            served = cluster.container(workloads(overlay)[name])
            assert served["ports"] == [{"name": "http", "containerPort": 8080}]
            assert "0.0.0.0:8080" in served["command"]


def test_only_nginx_is_published(composed: dict[str, compose.Service]) -> None:
    networks = compose.document()["networks"]
    open_networks = {name for name, network in networks.items() if not network.get("internal")}

    assert [name for name, service in composed.items() if service.get("ports")] == ["nginx"]
    assert {name for name, service in composed.items() if open_networks & set(service["networks"])} == {
        "nginx",
        "notify-send",
    }
    assert "databases" not in composed["gateway-web"]["networks"]


def test_secrets_are_files_and_no_secret_is_written_down(composed: dict[str, compose.Service], tmp_path: Path) -> None:
    make(Folder(tmp_path), demo=False, smtp_url="smtp://mail:25", hosts=HOSTS)
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    named = {entry["file"].removeprefix("deploy/compose/secrets/") for entry in compose.document()["secrets"].values()}

    assert named <= written
    assert {path for path in written - named if not path.startswith("public/")} == {
        f"engines/{s}_bus_password" for s in PEERS
    }
    text = "".join(path.read_text() for path in _manifests()) + json.dumps(cluster.things("demo"))
    assert not re.search(r"(amqp|redis|postgresql|smtps?)://[^\s{]*:[^\s{]*@", text)
    assert not re.search(r"PRIVATE KEY|\"d\":", text)
    assert [word for word in re.findall(r"[A-Za-z0-9_-]{24,}", text) if _looks_random(word)] == []
    assert not cluster.of_kind("demo", "Secret")
    assert not cluster.of_kind("production", "Secret")


@pytest.mark.parametrize("name", sorted({*PROCESSES, *JOBS}))
def test_each_file_that_a_setting_names_is_mounted(name: str, composed: dict[str, compose.Service]) -> None:
    service = composed[name]
    mounted = {f"/run/secrets/{secret['target']}" for secret in service["secrets"]}
    needed = {value for value in service["environment"].values() if value.startswith("/run/secrets/")}

    assert needed == mounted
    source = cluster.pod(workloads("production")[name])["volumes"][0]["secret"]["secretName"]
    owner = name.split("-")[0]
    assert source == (owner if owner == "gateway" else f"svc-{owner}")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_is_restricted_and_bounded(overlay: str) -> None:
    for name, thing in cluster.of_kind(overlay, "Deployment", "Job", "StatefulSet").items():
        pod, container = cluster.pod(thing), cluster.container(thing)
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not pod["automountServiceAccountToken"]
        assert not container["securityContext"]["allowPrivilegeEscalation"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert set(container["resources"]) == {"requests", "limits"}
        if thing["kind"] != "Job":
            assert {"livenessProbe", "readinessProbe"} <= container.keys(), name


def test_every_process_of_ours_can_be_read_only(composed: dict[str, compose.Service]) -> None:
    for name in {*PROCESSES, *JOBS}:
        service = composed[name]
        assert service["read_only"]
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]
        assert service["mem_limit"]
        assert cluster.container(workloads("production")[name])["securityContext"]["readOnlyRootFilesystem"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_service_scales_alone(overlay: str) -> None:
    scaled = cluster.of_kind(overlay, "HorizontalPodAutoscaler")
    guarded = cluster.of_kind(overlay, "PodDisruptionBudget")
    wanted = {"gateway-web", "documents-celery"} | {f"{s}-{role}" for s in PEERS for role in ("web", "consume", "work")}

    assert set(scaled) == set(guarded) == wanted
    for name in wanted:
        assert scaled[name]["spec"]["scaleTargetRef"]["name"] == name
        assert "replicas" not in workloads(overlay)[name]["spec"]
        labels = workloads(overlay)[name]["spec"]["template"]["metadata"]["labels"]
        assert guarded[name]["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_nobody_talks_to_anybody_unless_it_is_said() -> None:
    policies = cluster.of_kind("production", "NetworkPolicy")

    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert [name for name, policy in policies.items() if policy["spec"].get("ingress") == [{}]] == []
    open_ways = [
        name for name, policy in policies.items() for way in policy["spec"].get("egress", []) if "to" not in way
    ]
    assert open_ways == ["mail"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_upgrade_can_apply_settings_and_jobs_first(overlay: str) -> None:
    first = [thing for thing in cluster.things(overlay) if _component(thing) in ("settings", "prepare")]
    maps = {thing["metadata"]["name"] for thing in first if thing["kind"] == "ConfigMap"}

    assert {thing["metadata"]["name"] for thing in first if thing["kind"] == "Job"} == JOBS
    for job in JOBS:
        needed = {source["configMapRef"]["name"] for source in cluster.container(workloads(overlay)[job])["envFrom"]}
        assert needed <= maps


def _component(thing: cluster.Thing) -> str | None:
    found: str | None = thing["metadata"].get("labels", {}).get("app.kubernetes.io/component")
    return found


def _manifests() -> list[Path]:
    found = [path for path in (ROOT / "deploy").rglob("*") if path.suffix in (".yml", ".yaml", ".env", ".conf", ".sh")]
    return [
        ROOT / "docker-compose.yml",
        ROOT / "deploy" / "Dockerfile",
        *(p for p in found if "secrets" not in p.parts),
    ]


def _looks_random(word: str) -> bool:
    return all(re.search(kind, word) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
