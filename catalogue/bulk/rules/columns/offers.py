"""The columns of the sheet of offers: one row for each."""

from catalogue.bulk.rules.columns.kinds import (
    Column,
    Kind,
    choice,
    choices,
    date,
    key,
    long_text,
    note,
    of_sheet,
    percent,
    text,
    whole,
    yes_no,
)
from catalogue.bulk.types import Sheet
from catalogue.offers.types import DeliveryMode, Indexation, Intake, RemoteDelivery

SEVERAL = "Several are parted by a semicolon."
OFFER, NEED_AREA, FINGERPRINT = "Offer", "Need area", "Fingerprint"

OFFER_COLUMNS = of_sheet(
    Sheet.OFFERS,
    key(
        OFFER,
        "offer",
        "Of an offer you have: as it stands. Of a new one: a name of your own for it, like kent-housing.",
        characters=60,
    ),
    note("State (for reading)", "state", "Whether the offer is a draft, submitted or published."),
    key(
        NEED_AREA,
        "need_area",
        "Choose from the list. It stays the same for good.",
        list="need_areas",
        width=28,
    ),
    text("Name of the service", "title", "Up to 200 characters.", characters=200, width=34),
    long_text(
        "Summary", "summary", "What you do, for whom and how it helps. Anyone can read this.", words=300
    ),
    choices(
        "Places served",
        "places",
        f"Codes or names from the sheet Places. {SEVERAL}",
        list="places",
        width=40,
    ),
    choices(
        "Groups of people",
        "cohorts",
        f"Every group that you are able to serve. {SEVERAL}",
        list="cohorts",
        width=34,
    ),
    yes_no("For women only", "women_only", "Yes or No. Empty is No."),
    long_text("Fitting the service to people", "customisation", "What holds for all who come.", words=500),
    choices("Stages", "stages", f"When you work with people. {SEVERAL}", list="stages", width=34),
    choices(
        "Sentence types",
        "sentence_types",
        f"All, or those under which people may be referred. {SEVERAL}",
        list="sentence_types",
        width=34,
    ),
    long_text(
        "Why a sentence type is left out",
        "sentence_type_reason",
        "Leave empty when all are chosen.",
        words=150,
    ),
    whole(
        "Weeks before release", "weeks_before_release", "How many weeks before release work begins.", most=104
    ),
    yes_no("Visits in prison", "reaches_in", "Whether staff visit people before release.", unsaid=True),
    whole("Number of visits in prison", "reach_in_visits", "How many each person gets.", most=1_000),
    yes_no("Meets people at the gate", "meets_at_gate", "On the day of release.", unsaid=True),
    long_text("Support before release", "pre_release_support", "What is done before release.", words=500),
    long_text(
        "Beside what the prison provides",
        "beside_prison_services",
        "How you avoid repeating what the prison does.",
        words=300,
    ),
    long_text(
        "Support on move-on from approved premises",
        "move_on_support",
        "What is done when people leave approved premises for a home of their own.",
        words=300,
    ),
    yes_no(
        "Counts as rehabilitation activity",
        "counts_as_rar",
        "Whether it counts towards a rehabilitation activity requirement.",
        unsaid=True,
    ),
    whole(
        "Rehabilitation activity days",
        "rar_days",
        "How many days of the requirement it fills.",
        least=1,
        most=365,
    ),
    long_text("Rehabilitation activity", "rar_activity", "What is done on those days.", words=300),
    long_text(
        "Needs that programmes and treatment do not meet",
        "unmet_needs",
        "Which needs it meets that accredited programmes and treatment requirements do not.",
        words=300,
    ),
    long_text(
        "Effort in proportion to risk",
        "proportionate",
        "How the effort fits the likelihood of reconviction.",
        words=300,
    ),
    long_text(
        "A relationship that motivates",
        "motivation",
        "How a motivating relationship is at its core.",
        words=300,
    ),
    long_text(
        "Links to other agencies", "links_onward", "Which agencies go on helping afterwards.", words=300
    ),
    choice("One to one or in groups", "mode", "Choose from the list.", list="modes", of=DeliveryMode),
    whole("Smallest group", "group_minimum", "Only for groups.", most=10_000),
    whole("Best size of a group", "group_optimum", "Only for groups.", most=10_000),
    whole("Largest group", "group_maximum", "Only for groups.", most=10_000),
    whole("Sessions in the group", "group_sessions", "Only for groups.", most=1_000),
    whole(
        "Sessions one to one",
        "individual_sessions",
        "By themselves, or beside those of the group.",
        most=1_000,
    ),
    whole("Minutes a session", "session_minutes", "How long one session is.", least=1, most=1_000),
    whole("Sessions a week", "sessions_a_week", "How many there are in a usual week.", least=1, most=100),
    choice("Intake", "intake", "Only for groups. Choose from the list.", list="intakes", of=Intake, width=28),
    choice(
        "Given remotely",
        "remote",
        "How much is given by telephone or video. Choose from the list.",
        list="remote",
        of=RemoteDelivery,
    ),
    choices(
        "Languages",
        "languages",
        f"In which your staff give the service. {SEVERAL}",
        list="languages",
        width=28,
    ),
    yes_no("Interpreters", "interpreters", "Whether you arrange interpreters. Empty is No."),
    yes_no("Volunteers", "volunteers", "Whether volunteers take part.", unsaid=True),
    yes_no("Mentors", "mentoring", "Whether people are given mentors.", unsaid=True),
    whole("Number of volunteers and mentors", "volunteer_number", "Both together.", least=1, most=100_000),
    long_text(
        "How they are trained and supervised", "volunteer_support", "The volunteers and mentors.", words=300
    ),
    whole(
        "Places a year, all complexities together",
        "places_together",
        "If the same staff or rooms serve all of them. Leave it empty if the places add up.",
        least=1,
    ),
    choice(
        "How prices rise",
        "indexation",
        "Choose from the list.",
        list="indexations",
        of=Indexation,
        width=28,
    ),
    percent(
        "Rise a year", "indexation_percent", "In percent, like 2.5 (no sign). Only for a fixed percentage."
    ),
    date("First rise on", "indexation_from", "And every year on that day. Like 2028-04-01."),
    choices(
        "Partners",
        "partners",
        f"Who delivers it with you, by the code of their part on the sheet Partners. {SEVERAL}",
        list="partners",
        width=34,
    ),
    Column(
        FINGERPRINT,
        "fingerprint",
        "Do not change this. It shows whether a colleague changed the offer after you downloaded the file.",
        Kind.PRINT,
        hidden=True,
    ),
)
