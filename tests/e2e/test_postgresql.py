"""The whole service on PostgreSQL: a talk, a case, its life, and a restart."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine

from tests.conftest import start_service, stop_service
from tests.e2e.conftest import Citizen, TicketSystem, notices


def test_a_case_lives_on_postgresql_and_outlives_a_restart(model: Path, postgresql_server: str, tmp_path: Path) -> None:
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT", future=True)
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE talk")
    admin.dispose()
    database = {"BOT_DATABASE_URL": postgresql_server.rsplit("/", 1)[0] + "/talk"}
    service = start_service(tmp_path, **database)
    citizen = Citizen(service)
    number = citizen.files("莲都区大洋路88号门口的路灯坏了一个星期，晚上一片黑")["number"]
    TicketSystem(service).closes(number, "已修好")
    stop_service(service)
    service = start_service(tmp_path, **database)
    citizen.http.base_url = f"{service.url}/api/web"  # type: ignore[assignment]
    assert "已修好" in notices(citizen, 3)[1]["messages"][0]["text"]
    citizen.says("挺满意的")
    assert [(order["number"], order["rating"]) for order in citizen.orders()] == [(number, "satisfied")]
    stop_service(service)
    assert not list(tmp_path.glob("*.db"))
