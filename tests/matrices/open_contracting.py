"""What addresses of open data name: anyone may read what is public."""

from sqlalchemy.orm import Session

from procurement.open_contracting.queries import process_of, releases_of
from procurement.open_contracting.services import Site, publish_releases
from procurement.open_contracting.types import Publisher
from tests.factories import NOW
from tests.factories_framework import make_market, make_member
from tests.matrix import Scene, makes

SITE = Site(
    Publisher("Throughgate", "https://throughgate.example", "ocds-example"),
    "https://throughgate.example/frameworks/{}".format,
    "https://throughgate.example/call-offs/{}".format,
    "https://throughgate.example/open-contracting/{}/record.json".format,
)


@makes("/open-contracting/<ocid>", "/open-contracting/of/<public_id>")
def process(session: Session) -> Scene:
    market = make_market(session)
    make_member(session, market)
    publish_releases(session, site=SITE, now=NOW)
    made = process_of(session, framework_id=market.framework.id, call_off_id=None)
    assert made is not None
    return Scene(
        {
            "ocid": made.ocid,
            "event": releases_of(session, made)[0].event_id,
            "public_id": market.framework.public_id,
        },
        shared="whatever is here is public",
    )
