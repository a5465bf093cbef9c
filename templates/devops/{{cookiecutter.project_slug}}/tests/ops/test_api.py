# ours: kept current by mlops-maturity upgrade
"""The service, asked without a network: answers, refusals, and nothing that ends in a 5xx."""

import pytest
from starlette.testclient import TestClient

TOKEN = "a-token-for-tests-only"


@pytest.fixture(scope="module")
def client(part, trained):
    return TestClient(part("ops.serving.app").create())


@pytest.fixture(scope="module")
def features(part, settings, trained):
    return part("ops.model_file").load(trained, settings.trusted).features


def test_many_records_are_answered_as_a_table_is(client, part, settings, trained, records):
    reply = client.post("/predict", json=records)
    assert reply.status_code == 200, reply.text
    model = part("ops.model_file").load(trained, settings.trusted)
    wanted = part("ops.prediction").predict(model, part("data").load().tail(len(records)))
    answers = reply.json()["answers"]
    if wanted["prediction"].dtype.kind == "f":
        found = [one["prediction"] for one in answers]
        assert found == pytest.approx(wanted["prediction"].tolist(), abs=1e-9)
    else:
        assert [one["prediction"] for one in answers] == wanted["prediction"].tolist()
    if "score" in wanted:
        score = [one["score"] for one in answers]
        assert score == pytest.approx(wanted["score"].tolist(), abs=1e-9)
    if settings.data.key:
        assert [one["key"] for one in answers] == [one[settings.data.key] for one in records]


def test_one_record_is_answered_as_among_many(client, records):
    many = client.post("/predict", json=records).json()["answers"]
    one = client.post("/predict", json=records[0]).json()["answers"]
    assert one == many[:1]


def test_every_reply_tells_the_model_and_the_request(client, trained, records):
    health = client.get("/health").json()
    assert health["alive"] is True
    reply = client.post("/predict", json=records[0], headers={"X-Request-ID": "my-request"})
    assert reply.json()["model_version"] == health["model"]["version"]
    assert reply.headers["x-request-id"] == "my-request"
    assert client.get("/version").json()["model_version"] == health["model"]["version"]


def test_a_value_of_a_wrong_type_is_named(client, features, records):
    for column in features:
        body = [records[0], {**records[1], column.name: [1]}]
        reply = client.post("/predict", json=body)
        assert reply.status_code == 422
        assert (reply.json()["row"], reply.json()["column"]) == (2, column.name)


def test_a_value_that_is_missing_is_named_where_it_must_be_there(client, features, records):
    for column in features:
        lacking = {name: value for name, value in records[0].items() if name != column.name}
        for body in ({**records[0], column.name: None}, lacking):
            reply = client.post("/predict", json=body)
            assert reply.status_code == (200 if column.nullable else 422), reply.text
            assert column.nullable or reply.json()["column"] == column.name


def test_a_column_that_nobody_knows_is_named(client, records):
    reply = client.post("/predict", json={**records[0], "no such column": 1})
    assert (reply.status_code, reply.json()["column"]) == (422, "no such column")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b" ", 400),
        (b"{", 400),
        (b"NaN", 400),
        (b"\xff\xfe", 400),
        (b"null", 422),
        (b"3", 422),
        (b'"text"', 422),
        (b"[]", 422),
        (b"[1]", 422),
        (b"[[]]", 422),
        (b"[" * 100_000, 422),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(client, body, status):
    reply = client.post("/predict", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == status
    assert reply.json()["error"]


def test_too_much_is_refused(client, part, records):
    limits = part("ops.serving.options").read_serving()
    json = {"Content-Type": "application/json"}
    huge = client.post("/predict", content=b" " * (limits.bytes + 1), headers=json)
    many = client.post("/predict", content=b"[" + b"{}," * limits.rows + b"{}]", headers=json)
    assert huge.status_code == 413
    assert many.status_code in (413, 422)


def test_other_types_methods_and_places_are_refused(client):
    table = client.post("/predict", content=b"a,b", headers={"Content-Type": "text/csv"})
    assert table.status_code == 415
    assert client.get("/predict").status_code == 405
    assert client.post("/health").status_code == 405
    assert client.get("/nowhere").status_code == 404


def test_it_describes_itself(client, features):
    described = client.get("/openapi.json").json()
    record = described["components"]["schemas"]["Record"]
    assert set(record["required"]) == {one.name for one in features if not one.nullable}
    page = client.get("/docs").text
    assert "http://" not in page and "https://" not in page


def test_a_token_is_asked_for_where_one_is_set(part, trained, records, monkeypatch):
    monkeypatch.setenv("OPS_TOKEN", TOKEN)
    guarded = TestClient(part("ops.serving.app").create())
    assert guarded.get("/health").status_code == 200
    assert guarded.post("/predict", json=records[0]).status_code == 401
    wrong = {"Authorization": "Bearer something-else-entirely"}
    assert guarded.post("/predict", json=records[0], headers=wrong).status_code == 401
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.post("/predict", json=records[0], headers=right).status_code == 200
