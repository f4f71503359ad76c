"""Why something is missing, at odds or refused, in words, and why it matters."""

from catalogue.offers.forms.commercial import COMMERCIAL_REASONS
from catalogue.offers.forms.words import COMPLEXITY_WORDS, PHASE_WORDS, STATE_WORDS
from catalogue.offers.types import OfferState
from catalogue.reference.types import Complexity, Phase
from core.reasons import Reason
from core.web.filters import format_date

_REASONS = {
    "title_missing": "Give the service a name",
    "summary_missing": "Say in the summary what the service does",
    "no_complexity": "Choose at least one complexity",
    "complexity_not_available": "{complexity} complexity is not available in this need area. {why}",
    "complexity_not_offered": "{complexity} complexity is no longer part of this offer",
    "items_unanswered": "{complexity} complexity: answer every item; {count} of {of} have no answer yet",
    "items_unexplained": (
        "{complexity} complexity: say how or why wherever an item is met another way or not offered; "
        "{count} still need it"
    ),
    "nothing_of_the_level_offered": (
        "{complexity} complexity: every item is “not offered”. Offer some of them, or take the complexity out"
    ),
    "outcome_missing": "{complexity} complexity: choose at least one minimum outcome",
    "price_missing": "{complexity} complexity: enter the price of a place",
    "capacity_missing": "{complexity} complexity: enter how many places a year there are",
    **COMMERCIAL_REASONS,
    "places_missing": "Choose where the service is given",
    "cohorts_missing": "Choose whom the service is for",
    "women_only_with_men": "A service for women only cannot also be for men: change one or the other",
    "women_only_without_women": "A service for women only must have women among the people it is for",
    "stages_missing": "Choose at least one stage",
    "sentence_types_missing": "Choose at least one sentence type",
    "sentence_types_unexplained": "Say why a sentence type is left out, or choose all of them",
    "pre_release_stage_without_sentence": (
        "The service works before release, but the sentence type “before release” is left out"
    ),
    "mode_missing": "Choose one to one, groups or both",
    "remote_at_the_gate": "A service that is remote only cannot meet people at the gate",
    "group_sizes_missing": "Enter the smallest, the best and the largest size of a group",
    "group_too_small": "The smallest group must have at least {least} people",
    "group_sizes_out_of_order": (
        "The sizes must rise: the smallest group, then the best size, then the largest"
    ),
    "group_larger_than_places": "The largest group ({group}) is more than the places a year ({places})",
    "groups_of_women_and_men_unexplained": (
        "Women and men are both served and there are groups: say whether groups are mixed, and how women "
        "are kept safe"
    ),
    "pre_release_support_missing": "Say what you do before release, since that is one of the stages",
    "places_outside_membership": (
        "{places}: your membership for this need area does not reach there. Take it out, or apply there first"
    ),
    "not_a_member": (
        "You are not a member of a framework for this need area yet: commissioners can find the offer, and "
        "cannot invite you"
    ),
    "methods_missing": "{complexity} complexity: say how you do each phase; still to say: {phases}",
    "method_facts_missing": "{complexity} complexity: enter the sessions and weeks of “implement”",
    "outputs_missing": "{complexity} complexity: list at least one output",
    "outputs_unfinished": "{complexity} complexity: each output needs what it is, how many and of what",
    "outcomes_unmeasured": (
        "{complexity} complexity: say how each outcome is measured and how many reach it; {count} to go"
    ),
    "complexity_not_customised": "Say how the service differs at {complexity} complexity",
    "cohorts_not_customised": "Say how the service differs for: {cohorts}",
    "weeks_before_release_missing": "Enter how many weeks before release you begin",
    "reach_in_unanswered": "Say whether you visit people in prison before release, and how often",
    "beside_prison_services_missing": "Say how you avoid repeating what the prison provides",
    "gate_stage_without_meeting": (
        "One of the stages is “at the gate”: say that you meet people there, or take the stage out"
    ),
    "move_on_support_missing": "Say what you do when people move on from approved premises",
    "rar_unanswered": "Say whether it can count towards a rehabilitation activity requirement",
    "rar_without_sentence": (
        "It cannot count towards a rehabilitation activity requirement that is not among the sentence types"
    ),
    "rar_days_missing": "Enter how many rehabilitation activity days it makes up",
    "rar_activity_missing": "Describe the activity that fills rehabilitation activity days",
    "unmet_needs_missing": "Say which needs you meet that programmes and treatment do not",
    "proportionate_missing": "Say how the effort is in proportion to the risk of reoffending",
    "motivation_missing": "Say how staff build a relationship that motivates",
    "links_onward_missing": "Name the agencies that go on supporting people",
    "individual_sessions_missing": "Enter how many sessions one to one there are",
    "session_minutes_missing": "Enter how long a session is",
    "group_sessions_missing": "Enter how many sessions the group has, and how many a week",
    "intake_missing": "Say whether everyone of a group begins together or people join as places come free",
    "remote_missing": "Say how much is given remotely",
    "languages_missing": "Choose at least one language",
    "volunteers_unanswered": "Say whether you work with volunteers and whether you offer mentors",
    "volunteer_number_missing": "Enter how many volunteers and mentors there are",
    "volunteer_support_missing": "Say how volunteers and mentors are trained and supervised",
    "evidence_missing": "Give at least one piece of evidence; your own records will do",
    "evidence_unfinished": "Evidence {number} needs its kind, a title and what it shows",
    "mark_unfinished": "Evidence {number}: choose the quality mark and enter until when it holds",
    "mark_expired": "Evidence {number}: the quality mark expired on {day}. Renew it or take it out",
    "not_editable": "This version cannot be changed any more: it is {state}",
    "not_from_this_state": "That cannot be done now: the version is {state}",
    "changed_meanwhile": "Someone in your organisation changed this while you had it open",
    "version_open": "There is already a version being written or waiting for a decision",
    "nothing_standing": "There is no published version to start from",
    "return_reasons_missing": "Say what the supplier must change",
    "suspension_reason_missing": "Say why the offer is suspended",
    "not_published": "Only a published version can be confirmed; this one is {state}",
    "not_yours": "This offer belongs to another organisation",
    "unknown_code": "There is no “{code}” in the reference data",
    "unknown_item": "There is no item “{code}” at this complexity",
}

# Why what is missing matters to whoever reads the offer; of the rest the words say enough.
_WHY = {
    "summary_missing": "It is the first thing a commissioner reads, and what the search looks through.",
    "items_unanswered": "A commissioner compares offers item by item; an unanswered item counts as a gap.",
    "items_unexplained": "You decide how to work; the reader must be able to see that it does what is asked.",
    "methods_missing": "Structured work is what the evidence supports, so the structure must be visible.",
    "method_facts_missing": "They show how intensive the work is, which must fit the level of need.",
    "outputs_missing": "A contract counts what each person receives; it starts from these lines.",
    "outputs_unfinished": "Only what is counted can be compared and paid for.",
    "outcome_missing": "Each need area has minimum outcomes, and a service must work towards some of them.",
    "outcomes_unmeasured": "Without a measure nobody can tell afterwards whether it worked.",
    "price_missing": "Commissioners plan budgets with it. It is never public.",
    "capacity_missing": "Coverage of a place is worked out from it. It is never public.",
    "places_missing": "Coverage is counted by place; an offer without places covers nobody.",
    "places_outside_membership": "Commissioners there could find the offer and not invite you.",
    "not_a_member": "Invitations go to members of the category and region. You can apply at any time.",
    "cohorts_missing": "Coverage is counted for each group of people apart.",
    "complexity_not_customised": "A service that is the same at every level of need fits none of them well.",
    "cohorts_not_customised": "A group that is claimed is counted as served, so say what serves it.",
    "stages_missing": "Coverage before release, at the gate and after it are counted apart.",
    "sentence_types_unexplained": "Services are for all five sentence types unless there is a reason.",
    "weeks_before_release_missing": "Prisons and practitioners plan referrals by it.",
    "reach_in_unanswered": "Support before release comes from the community, reaching in.",
    "beside_prison_services_missing": "Work that the prison does already would be paid for twice.",
    "move_on_support_missing": "Leaving approved premises is as risky a change as leaving prison.",
    "rar_unanswered": "Practitioners need to know what they may count as activity days.",
    "rar_days_missing": "Courts set a number of days, and want to see them filled.",
    "rar_activity_missing": "Courts have lacked confidence in what is done in these days.",
    "unmet_needs_missing": "These services are for what programmes and treatment leave open.",
    "proportionate_missing": "Intensive work with people at low risk does not help and may harm.",
    "motivation_missing": "A motivating relationship is at the core of work that succeeds.",
    "links_onward_missing": "Support should go on when the sentence ends.",
    "group_sizes_missing": "Waiting times and viable groups are worked out from them.",
    "intake_missing": "Who has to wait for a group to fill waits longer.",
    "remote_missing": "Remote help out of the area has had poor results, so it is marked as such.",
    "volunteer_support_missing": "Commissioners must know that people are safe with volunteers.",
    "evidence_missing": "Services are to rest on what is known to work.",
    "mark_unfinished": "Finders filter by quality marks that hold.",
}


def reason_words(reason: Reason) -> str:
    """One sentence for a reason."""
    params = dict(reason.params)
    if "complexity" in params:
        params["complexity"] = COMPLEXITY_WORDS[Complexity(params["complexity"])]
    if "state" in params:
        params["state"] = STATE_WORDS[OfferState(params["state"])].lower()
    if "phases" in params:
        params["phases"] = ", ".join(PHASE_WORDS[Phase(phase)].lower() for phase in params["phases"])
    if "day" in params:
        params["day"] = format_date(params["day"])
    if reason.code == "places_outside_membership":
        params["places"] = ", ".join(params["places"])
    if "cohorts" in params:
        params["cohorts"] = ", ".join(code.replace("-", " ") for code in params["cohorts"])
    return _REASONS[reason.code].format(**params)


def why_words(reason: Reason) -> str:
    """Why it matters, in one sentence; nothing where the reason says enough."""
    return _WHY.get(reason.code, "")
