"""What addresses of the catalogue name."""

from sqlalchemy.orm import Session

from tests.matrix import Scene, makes


@makes("/specification/<code>")
def need_area(session: Session) -> Scene:
    return Scene({"code": "accommodation"}, shared="the specification is public")


@makes("/places/<code>")
def place(session: Session) -> Scene:
    return Scene({"code": "region:A"}, shared="places are public")
