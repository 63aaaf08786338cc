"""botocore's data without what no call needs."""

import json
import shutil
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session

from tools.botocore_data import shorten

FULL = Path(botocore.__file__).parent / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for path in FULL.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    for service in ("dynamodb", "s3", "sesv2"):
        shutil.copytree(FULL / service, tmp_path / service)
    shorten(tmp_path)
    return tmp_path


def client(service: str, data: Path) -> Any:
    session = Session()
    session.register_component(
        "data_loader", Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    )
    return session.create_client(
        service, region_name="ap-southeast-1", aws_access_key_id="none", aws_secret_access_key="none"
    )


@pytest.mark.parametrize("service", ["dynamodb", "s3", "sesv2"])
def test_a_client_calls_the_same_operations_at_the_same_address(data: Path, service: str) -> None:
    shorter, full = client(service, data), client(service, FULL)
    assert shorter.meta.method_to_api_mapping == full.meta.method_to_api_mapping
    assert shorter.meta.endpoint_url == full.meta.endpoint_url


def test_a_call_of_s3_finds_its_address(data: Path) -> None:
    link = client("s3", data).generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert link.startswith("https://bucket.s3.ap-southeast-1.amazonaws.com/key?")


def test_a_shape_keeps_all_of_its_members(data: Path) -> None:
    def members(data: Path) -> dict[str, list[str]]:
        model = client("dynamodb", data).meta.service_model
        return {
            name: list(model.shape_for(name).members)
            for name in model.shape_names
            if model.shape_for(name).type_name == "structure"
        }

    assert members(data) == members(FULL)


def test_no_documentation_and_no_other_services_address_is_left(data: Path) -> None:
    assert '"documentation":"' not in next((data / "dynamodb").glob("*/service-2.json")).read_text("utf-8")
    assert not list(data.rglob("service-2.json.gz"))
    partition = json.loads((data / "endpoints.json").read_text("utf-8"))["partitions"][0]
    assert set(partition["services"]) == {"dynamodb", "email", "s3"}
