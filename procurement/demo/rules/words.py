"""The invented names and sentences of the demonstration."""

MARKS = ("Imaginary", "Fictional", "Pretend", "Make-Believe", "Invented", "Paper-Moon")
THINGS = ("Kestrel", "Lantern", "Harbour", "Hawthorn", "Drystone", "Millrace", "Beacon")
FORMS = ("Trust", "Charity", "Community Interest Company", "Co-operative", "Foundation", "Limited", "Society")

# Per need area: what an offer is called, what it does, and what it counts.
OFFER_WORDS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "accommodation": (
        (
            "Somewhere to live",
            "A named housing worker finds a home with the person, settles the paperwork and stays in touch until "
            "the tenancy holds.",
            "Housing plan within five working days; a housing option found or kept; contact for twelve weeks after.",
        ),
        (
            "Keeping a tenancy",
            "Help to keep a home that is at risk: arrears, neighbours, landlords, and what changes after prison.",
            "Arrears plan agreed; landlord met; tenancy review at four and twelve weeks.",
        ),
        (
            "First night and after",
            "A bed arranged before release, met at the gate, and a route from short stay to a settled home.",
            "Accommodation confirmed before release; move-on plan within four weeks.",
        ),
    ),
    "employment": (
        (
            "Ready for work",
            "An employment worker builds skills, confidence and contacts with employers who take people with convictions.",
            "Skills review; three applications supported; in-work support for twelve weeks.",
        ),
        (
            "Learning that leads on",
            "Reading, number and digital courses at the person's pace, tied to a qualification or a job they want.",
            "Learning plan; one accredited unit; progression meeting.",
        ),
        (
            "Disclosure and interviews",
            "Practical coaching on disclosing convictions, interviews and the first weeks in a job.",
            "Disclosure statement written; two practice interviews; employer liaison.",
        ),
    ),
    "finance": (
        (
            "Money sorted",
            "Benefits, bank account, budget and debts dealt with step by step, with someone to ring.",
            "Income check; account opened; debt plan agreed with creditors.",
        ),
        (
            "Benefits from day one",
            "Claims prepared before release so that money arrives when the person needs it.",
            "Claim ready at release; identity documents obtained; review at six weeks.",
        ),
    ),
    "attitudes": (
        (
            "Think it through",
            "Structured sessions on triggers, choices and consequences, practised in real situations.",
            "Eight sessions; personal plan for risky moments; progress reported each month.",
        ),
        (
            "Stop and choose",
            "One-to-one work on impulsive decisions for people who find groups hard.",
            "Six sessions; skills checklist; follow-up at eight weeks.",
        ),
    ),
    "family": (
        (
            "Family ties",
            "Mending and keeping safe relationships with children, partners and parents, inside and after prison.",
            "Family contact plan; parenting sessions; joint meeting where safe.",
        ),
        (
            "Parents after prison",
            "Parenting skills and practical help in the first months back at home.",
            "Six sessions; link to family services; review with the practitioner.",
        ),
    ),
    "lifestyle": (
        (
            "Better company",
            "A mentor and regular activities that build interests and friends away from offending.",
            "Mentor matched in two weeks; weekly activity; community link at the end.",
        ),
        (
            "Mentors who have been there",
            "Peer mentors, trained and supervised, walk alongside for six months.",
            "Fortnightly contact; goals reviewed monthly.",
        ),
    ),
    "emotional": (
        (
            "Steadier days",
            "Coping skills, registration with a GP and a route into treatment, with someone who keeps calling.",
            "GP registration; coping plan; six sessions.",
        ),
        (
            "Calm and connected",
            "Groups and one-to-one sessions on stress, anger and isolation.",
            "Eight group sessions; two individual reviews.",
        ),
    ),
    "alcohol": (
        (
            "Drink less, risk less",
            "Brief structured work on drinking that leads to trouble without being a dependency.",
            "Four sessions; drink diary; plan for high-risk situations.",
        ),
    ),
}

# Pounds a place at low, medium and high complexity, before a supplier's own variation.
PRICES: dict[str, tuple[int, int, int]] = {
    "accommodation": (310, 620, 1150),
    "employment": (280, 540, 980),
    "finance": (190, 360, 690),
    "attitudes": (420, 760, 0),
    "family": (350, 680, 1240),
    "lifestyle": (260, 470, 860),
    "emotional": (300, 590, 1080),
    "alcohol": (210, 390, 720),
}

AUDIENCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("women", "men")),
    ("", ("women", "men")),
    ("", ("women", "men")),
    ("for women", ("women",)),
    ("for women", ("women",)),
    ("for men", ("men",)),
    ("for young adults", ("young-adults",)),
    ("for foreign nationals", ("foreign-nationals",)),
    ("for veterans", ("veterans",)),
)

ANOTHER_WAY = (
    "Our partner agency does this under a written agreement and reports to our worker each week.",
    "Done by telephone and post where travel takes more than an hour, with a visit in the first month.",
    "Built into the first two group sessions instead of a separate appointment.",
    "A volunteer with supervision goes along; a paid worker steps in where risk is higher.",
)
NOT_OFFERED = (
    "We are not regulated for this and refer to an agency that is.",
    "Another provider in our areas already does this well; repeating it would help nobody.",
)

PRE_RELEASE = (
    "A worker reaches in to the prison, agrees the plan with the person, and keeps the first appointment outside "
    "within two days of release."
)
BESIDE_PRISON = "We ask the prison's own team what has been done, and take over where it ends."
MOVE_ON = "Four weeks before the move we look at the new place together, and visit twice in the first week."
VOLUNTEERS = (
    "Three days of training before the first meeting, references and checks, supervision every month."
)
