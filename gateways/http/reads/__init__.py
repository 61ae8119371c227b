"""Every projection as a read."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
