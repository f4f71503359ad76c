"""What no column type can say: valid values, and for each CHECK and partial index the rows that offend it.

Every constraint of the models that is not of a kind the tests can offend by themselves has an entry here, by
its name; a constraint without an entry fails the tests, and so does an entry without a constraint.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class SameAs:
    """Stands for the value of another column of the row."""

    column: str


# Stands for a valid value where the column could be empty; for a foreign key, a parent of the row's own.
FILLED = object()
DAY, NEXT_DAY = date(2026, 6, 1), date(2026, 6, 2)
MOMENT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

# Tables whose rows are not valid with one value of each column's type, and what makes them so.
VALID: dict[str, Row] = {
    "analysis_cell": {
        "people": 9,
        "by_contract": 1,
        "by_partner": 1,
        "by_member_offer": 3,
        "by_other_offer": 4,
    },
    "agency_provision": {
        "standing": "declared",
        "evidence": "",
        "quality": "not_judged",
        "quality_source": "",
        "starts_on": DAY,
    },
    "capacity_commitment": {"starts_on": DAY, "ends_on": DAY},
    "capacity_pool": {"name": "Example pool"},
    "capacity_sub_limit": {"complexity": "low"},
    "bid_correction": {"before": Decimal(1), "after": Decimal(2)},
    "bid_inquiry": {"at": MOMENT, "answer_by": MOMENT + timedelta(days=1)},
    "contract": {"origin": "register", "starts_on": DAY},
    "crosswalk": {"equivalence": "none"},
    "deed": {"contract_id": FILLED},
    "evaluator_replacement": {"successor_id": FILLED, "leaver_in_conflict": False},
    "evidence_version": {"value": "Example"},
    "low_price_test": {"below_mean": Decimal(15)},
    "partner_message": {"recipient_id": FILLED},
    "notice": {"reference": "", "kind": "UK13"},
    "place": {"kind": "nation"},
    "supplier_change": {"kind": "insolvency"},
}

REVIEWED: Row = {
    "suppliers_wanted": 2,
    "sharing": "by_performance",
    "share_least": Decimal(20),
    "share_most": Decimal(80),
    "review_months": 6,
    "review_measures": "Starts within ten days",
}

# Each CHECK by name, with every way to offend it that a different clause refuses.
OFFENCES: dict[str, list[Row]] = {
    "ck_amendment_number_positive": [{"number": 0}],
    "ck_amendment_reason_given": [{"reason": ""}],
    "ck_analysis_cell_layers_not_negative": [
        {"by_contract": -1},
        {"by_partner": -1},
        {"by_member_offer": -1},
        {"by_other_offer": -1},
    ],
    "ck_analysis_cell_no_more_served_than_are": [{"people": 8}],
    "ck_analysis_supplier_losses_not_negative": [{"lost_of_contracts": -1}, {"lost_of_all": -1}],
    "ck_agency_provision_change_number_positive": [{"number": 0}],
    "ck_agency_provision_change_says_why": [{"reason": ""}],
    "ck_agency_provision_demonstrated_by_something": [
        {"standing": "demonstrated"},
        {"evidence": "Seen", "demonstrated_on": DAY},
    ],
    "ck_agency_provision_ends_after_start": [{"starts_on": NEXT_DAY, "ends_on": DAY}],
    "ck_agency_provision_judged_from_something": [
        {"quality": "good"},
        {"quality_source": "Somebody said so"},
    ],
    "ck_agency_provision_places_positive": [{"places_a_year": 0}],
    "ck_agency_provision_says_who_and_what": [{"agency": ""}, {"title": ""}],
    "ck_demand_model_row_not_negative": [
        {"low": Decimal(-1)},
        {"central": Decimal(-1)},
        {"high": Decimal(-1)},
    ],
    "ck_demand_model_row_says_where_from_and_how_weak": [{"source": ""}, {"weakness": ""}],
    "ck_demand_model_version_number_positive": [{"number": 0}],
    "ck_demand_set_model_with_its_values": [
        {"modelled": True, "model_version_id": FILLED},
        {"modelled": True, "scenario": "low"},
    ],
    "ck_demand_set_only_modelled_have_a_model": [
        {"modelled": False, "model_version_id": FILLED, "scenario": "low"}
    ],
    "ck_entitlement_ends_after_start": [{"starts_on": NEXT_DAY, "ends_on": DAY}],
    "ck_entitlement_says_what_and_by_whom": [{"statement": ""}, {"source": ""}],
    "ck_gap_action_says_what": [{"note": ""}],
    "ck_gap_action_gap_not_negative": [{"gap": -1}],
    "ck_application_assessed_by_someone": [
        {"state": "in_assessment", "submitted_at": MOMENT},
        {"state": "representations", "submitted_at": MOMENT, "representations_due_on": DAY},
    ],
    "ck_application_choice_refusal_has_a_reason": [{"outcome": "refused", "outcome_reason": ""}],
    "ck_application_clarification_answer_is_whole": [
        {"answer": "Yes."},
        {"answer": "", "answered_at": MOMENT},
    ],
    "ck_application_clarification_something_is_asked": [{"asked": ""}],
    "ck_application_decided_has_a_moment": [
        {"state": "admitted", "submitted_at": MOMENT},
        {"state": "refused", "submitted_at": MOMENT, "decision_reasons": "why"},
    ],
    "ck_application_party_judged_as_handed_in": [{"outcome": "met"}],
    "ck_application_party_replaced_has_left": [{"replaced_by_id": FILLED}],
    "ck_application_party_replacement_is_asked_for_whole": [
        {"replacement_asked_at": MOMENT, "replacement_reason": "why"},
        {"replacement_asked_at": MOMENT, "replacement_due_on": DAY},
    ],
    "ck_application_refused_has_reasons": [
        {"state": "refused", "submitted_at": MOMENT, "decided_at": MOMENT, "decision_reasons": ""}
    ],
    "ck_application_representations_have_a_last_day": [
        {"state": "representations", "submitted_at": MOMENT, "assessor_id": FILLED}
    ],
    "ck_application_submitted_has_a_moment": [
        {"state": "submitted"},
        {"state": "in_assessment", "assessor_id": FILLED},
        {"state": "admitted", "decided_at": MOMENT},
    ],
    "ck_award_approval_is_whole": [{"approved_at": MOMENT}, {"approved_by_id": FILLED}],
    "ck_award_approved_by_another": [{"approved_by_id": SameAs("recommended_by_id"), "approved_at": MOMENT}],
    "ck_award_check_reason_given": [{"reason": ""}],
    "ck_award_rank_positive": [{"rank": 0}],
    "ck_award_reason_given": [{"reason": ""}],
    "ck_award_share_is_a_percentage": [{"share": Decimal(0)}, {"share": Decimal("100.0001")}],
    "ck_bid_correction_reason_given": [{"reason": ""}],
    "ck_bid_correction_something_changes": [{"before": SameAs("after")}],
    "ck_bid_correction_still_a_price": [{"after": Decimal(0)}],
    "ck_bid_inquiry_answer_comes_after": [{"answer_by": SameAs("at")}],
    "ck_bid_inquiry_answer_something_is_said": [{"answer": ""}],
    "ck_bid_inquiry_decision_reason_given": [{"reason": ""}],
    "ck_bid_inquiry_something_is_asked": [{"question": ""}],
    "ck_bid_removal_reason_given": [{"reason": ""}],
    "ck_bid_submission_number_positive": [{"number": 0}],
    "ck_bulk_upload_confirmed_has_a_moment": [{"state": "confirmed"}, {"state": "applied"}],
    "ck_bulk_upload_only_sound_files_go_on": [
        {"state": "checked", "problem_count": 1},
        {"state": "checked", "refusal": "missing_sheets"},
        {"state": "confirmed", "confirmed_at": MOMENT, "problem_count": 1},
        {"state": "applied", "confirmed_at": MOMENT, "problem_count": 1},
    ],
    "ck_call_off_cancelled_has_a_reason": [{"state": "cancelled", "ended_reason": ""}],
    "ck_call_off_closed_is_derived": [{"state": "closed", "published_at": MOMENT, "deadline": MOMENT}],
    "ck_call_off_duty_conflict_is_described": [
        {"declared_at": MOMENT, "has_conflict": True, "conflict_note": ""}
    ],
    "ck_call_off_duty_declared_says_which": [{"declared_at": MOMENT}, {"has_conflict": False}],
    "ck_call_off_notice_extended_is_later": [
        {"kind": "extended", "deadline_after": MOMENT},
        {"kind": "extended", "deadline_before": MOMENT, "deadline_after": MOMENT},
    ],
    "ck_call_off_notice_extended_says_when": [{"kind": "extended", "deadline_before": MOMENT}],
    "ck_call_off_notice_reason_given": [{"reason": ""}],
    "ck_call_off_lead_share_is_a_percentage": [
        {"lead_share": Decimal("-0.0001")},
        {"lead_share": Decimal("100.0001")},
    ],
    "ck_call_off_paid_within_thirty_days": [{"payment_days": 0}, {"payment_days": 31}],
    "ck_call_off_partner_approval_is_whole": [{"approved_at": MOMENT}, {"approved_by_id": FILLED}],
    "ck_call_off_partner_award_approval_is_whole": [
        {"award_approved_at": MOMENT},
        {"award_approved_by_id": FILLED},
    ],
    "ck_call_off_partner_share_is_a_percentage": [{"share": Decimal(0)}, {"share": Decimal(100)}],
    "ck_call_off_paused_remembers": [{"state": "paused"}, {"state_before_pause": "draft"}],
    "ck_call_off_published_has_moments": [
        {"state": "published", "published_at": MOMENT},
        {"state": "published", "deadline": MOMENT},
        {"state": "contracted"},
    ],
    "ck_call_off_template_named": [{"name": ""}],
    "ck_capacity_commitment_ends_after_start": [{"starts_on": NEXT_DAY, "ends_on": DAY}],
    "ck_capacity_commitment_places_positive": [{"places_a_year": 0}],
    "ck_capacity_pool_shared_has_a_name": [{"name": ""}],
    "ck_capacity_pool_version_number_positive": [{"number": 0}],
    "ck_capacity_pool_version_places_not_negative": [{"places_a_year": -1}],
    "ck_capacity_sub_limit_narrows_something": [{"complexity": None}],
    "ck_capacity_sub_limit_places_not_negative": [{"places_a_year": -1}],
    "ck_category_band_is_not_empty": [{"value_from": Decimal(10), "value_below": Decimal(10)}],
    "ck_category_turnover_floor_positive": [{"turnover_floor": Decimal(0)}],
    "ck_category_value_from_not_negative": [{"value_from": Decimal("-0.01")}],
    "ck_challenge_lifted_with_a_reason": [
        {"lifted_at": MOMENT, "lifted_by_id": FILLED},
        {"lifted_at": MOMENT, "lift_reason": "Withdrawn."},
        {"lifted_by_id": FILLED},
        {"lift_reason": "Withdrawn."},
    ],
    "ck_challenge_says_what": [{"summary": ""}],
    "ck_concern_settled_with_words": [
        {"settled_at": MOMENT, "settlement": ""},
        {"settled_at": None, "settlement": "Considered."},
    ],
    "ck_consensus_reason_given": [{"reason": ""}],
    "ck_clarification_answered_has_an_answer": [
        {"state": "answered", "bundle": 1, "ended_at": MOMENT, "answer": "yes", "wording": ""},
        {"state": "answered", "bundle": 1, "ended_at": MOMENT, "answer": "", "wording": "whether"},
    ],
    "ck_clarification_answered_in_a_bundle": [
        {"state": "answered", "ended_at": MOMENT, "answer": "yes", "wording": "whether"},
        {"bundle": 1},
    ],
    "ck_clarification_bundle_positive": [
        {"state": "answered", "bundle": 0, "ended_at": MOMENT, "answer": "yes", "wording": "whether"}
    ],
    "ck_clarification_asked_has_not_ended": [{"ended_at": MOMENT}],
    "ck_clarification_ended_has_a_moment": [
        {"state": "withdrawn"},
        {"state": "waived", "waiver": "why"},
        {"state": "answered", "bundle": 1, "answer": "yes", "wording": "whether"},
    ],
    "ck_clarification_question_given": [{"question": ""}],
    "ck_clarification_waived_has_a_reason": [{"state": "waived", "ended_at": MOMENT, "waiver": ""}],
    "ck_contract_ends_after_start": [
        {"origin": "call_off", "lot_id": FILLED, "supplier_id": FILLED, "starts_on": NEXT_DAY, "ends_on": DAY}
    ],
    "ck_contract_ours": [
        {"origin": "call_off"},
        {"origin": "call_off", "lot_id": FILLED},
        {"origin": "call_off", "supplier_id": FILLED},
    ],
    "ck_contract_indicator_says_what_is_measured": [{"name": ""}, {"measure": ""}, {"target": ""}],
    "ck_contract_paid_within_thirty_days": [{"payment_days": 0}, {"payment_days": 31}],
    "ck_contract_signature_signed_by_name": [{"name": ""}, {"position": ""}],
    "ck_contract_signed_here": [{"in_force_at": MOMENT}],
    "ck_contract_volume_volume_not_negative": [{"people_a_year": -1}],
    "ck_criterion_price_is_the_call_offs": [{"kind": "price"}],
    "ck_criterion_weight_is_a_percentage": [{"weight": Decimal(0)}, {"weight": Decimal("100.0001")}],
    "ck_crosswalk_none_has_no_need_area": [
        {"equivalence": "same"},
        {"equivalence": "none", "need_area_id": FILLED},
    ],
    "ck_delegation_absence_in_order": [
        {"absent_to": DAY},
        {"absent_from": NEXT_DAY, "absent_to": DAY},
    ],
    "ck_delegation_deputy_is_another": [{"deputy_id": SameAs("person_id")}],
    "ck_delegation_ends_after_start": [{"valid_from": NEXT_DAY, "valid_to": DAY}],
    "ck_delegation_limit_positive": [{"value_limit": Decimal(0)}],
    "ck_debrief_given_after_it_was_asked": [
        {"requested_on": NEXT_DAY, "given_on": DAY, "given_by_id": FILLED}
    ],
    "ck_debrief_given_by_someone": [{"requested_on": DAY, "given_on": DAY}, {"given_by_id": FILLED}],
    "ck_deed_has_a_reference": [{"reference": ""}],
    "ck_deed_of_one_thing": [{"contract_id": None}, {"contract_id": FILLED, "check_id": FILLED}],
    "ck_demand_row_people_not_negative": [{"people": -1}],
    "ck_direct_award_approval_is_whole": [{"approved_at": MOMENT}, {"approved_by_id": FILLED}],
    "ck_direct_award_approved_by_another": [
        {"approved_by_id": SameAs("recommended_by_id"), "approved_at": MOMENT}
    ],
    "ck_direct_award_checked_for_exclusion": [{"exclusion_note": ""}],
    "ck_direct_award_justified": [{"justification": ""}],
    "ck_direct_award_nothing_before_approval": [
        {"transparency_notice_at": MOMENT},
        {"award_notice_at": MOMENT},
        {"contracted_at": MOMENT},
    ],
    "ck_document_not_empty": [{"size": 0}],
    "ck_document_quarantined_for_something": [
        {"scan": "quarantined", "scanned_at": MOMENT, "scan_finding": ""}
    ],
    "ck_document_scanned_has_a_moment": [
        {"scan": "clean"},
        {"scan": "quarantined", "scan_finding": "something"},
    ],
    "ck_evaluator_replacement_by_another": [{"leaver_id": SameAs("successor_id")}],
    "ck_evaluator_replacement_conflict_starts_anew": [{"leaver_in_conflict": True, "succession": "the_rest"}],
    "ck_evaluator_replacement_reason_given": [{"reason": ""}],
    "ck_evidence_entry_latest_not_negative": [{"latest": -1}],
    "ck_evidence_version_a_file_or_a_value": [
        {"document_id": None, "value": ""},
        {"document_id": FILLED, "value": "both"},
    ],
    "ck_evidence_version_number_positive": [{"number": 0}],
    "ck_framework_ceased_has_a_moment": [{"state": "ceased", "published_at": MOMENT}],
    "ck_framework_dps_is_of_its_time": [{"regime": "pcr2015-dps", "noticed_on": date(2025, 2, 24)}],
    "ck_framework_dps_last_day": [{"regime": "pcr2015-dps", "ends_on": date(2029, 2, 24)}],
    "ck_framework_published_has_a_moment": [{"state": "published"}],
    "ck_job_progress_is_a_percentage": [{"progress": -1}, {"progress": 101}],
    "ck_lot_budget_positive": [{"budget": Decimal(0)}],
    "ck_lot_extensions_have_months": [
        {"extensions": 1},
        {"extensions": 1, "extension_months": 0},
        {"extensions": 1, "extension_months": 61},
    ],
    "ck_lot_extensions_in_bounds": [
        {"extensions": -1, "extension_months": 12},
        {"extensions": 11, "extension_months": 12},
    ],
    "ck_lot_dealt_between_several": [{"dealing": "equal"}],
    "ck_lot_failed_has_a_cause": [{"state": "failed"}, {"failure_cause": "no_bid"}],
    "ck_lot_mobilisation_in_bounds": [{"mobilisation_weeks": -1}, {"mobilisation_weeks": 105}],
    "ck_lot_number_positive": [{"number": 0}],
    "ck_lot_rerun_says_what_changes": [{"must_change": ""}],
    "ck_lot_review_in_bounds": [{"review_months": 0}, {"review_months": 61}],
    "ck_lot_reviewed_by_stated_measures": [
        REVIEWED | {"share_least": None},
        REVIEWED | {"share_most": None},
        REVIEWED | {"review_months": None},
        REVIEWED | {"review_measures": ""},
    ],
    "ck_lot_several_share_somehow": [{"suppliers_wanted": 2}, {"sharing": "by_rank"}],
    "ck_lot_suppliers_in_bounds": [
        {"suppliers_wanted": 0},
        {"suppliers_wanted": 11, "sharing": "by_rank"},
    ],
    "ck_lot_term_in_bounds": [{"term_months": 0}, {"term_months": 241}],
    "ck_lot_volume_fixed_price_positive": [{"fixed_price": Decimal(0)}],
    "ck_lot_volume_high_is_higher": [{"people_a_year": 5, "people_high": 4}],
    "ck_lot_volume_low_is_lower": [{"people_a_year": 5, "people_low": 6}],
    "ck_lot_volume_low_not_negative": [{"people_low": -1}],
    "ck_lot_volume_volume_positive": [{"people_a_year": 0}],
    "ck_low_price_test_below_mean_positive": [{"below_mean": Decimal(0)}],
    "ck_low_price_test_below_next_positive": [{"below_next": Decimal(0)}],
    "ck_low_price_test_tests_something": [{"below_mean": None}],
    "ck_member_reason_where_not_active": [{"state": "suspended", "state_reason": ""}],
    "ck_member_told_before_removal": [{"state": "removed", "state_reason": "why"}],
    "ck_membership_ends_after_start": [{"valid_from": NEXT_DAY, "valid_to": DAY}],
    "ck_offer_assurance_reminded_after_assured": [{"assured_on": NEXT_DAY, "reminded_on": DAY}],
    "ck_offer_assurance_noticed_after_assured": [{"assured_on": NEXT_DAY, "noticed_on": DAY}],
    "ck_offer_assurance_hidden_after_notice": [
        {"assured_on": DAY, "hidden_on": DAY},
        {"assured_on": DAY, "noticed_on": NEXT_DAY, "hidden_on": DAY},
    ],
    "ck_offer_level_cost_amount_not_negative": [{"amount": Decimal("-0.01")}],
    "ck_offer_level_costing_nothing_below_zero": [
        {"overhead_percent": Decimal("-0.0001")},
        {"overhead_pounds": Decimal("-0.01")},
        {"surplus_percent": Decimal("-0.0001")},
    ],
    "ck_offer_level_costing_overheads_in_one_way": [
        {"overhead_percent": Decimal(1), "overhead_pounds": Decimal(1)}
    ],
    "ck_notice_published_with_reference": [
        {"reference": "012345-2026"},
        {"published_at": MOMENT, "reference": ""},
    ],
    "ck_offer_level_places_positive": [{"places_a_year": 0}],
    "ck_offer_level_price_not_negative": [{"unit_price": Decimal("-0.01")}],
    "ck_offer_evidence_only_a_mark_has_a_mark": [
        {"kind": "study", "mark_id": FILLED},
        {"kind": None, "mark_id": FILLED},
    ],
    "ck_offer_level_outcome_target_is_a_percentage": [{"target_percent": -1}, {"target_percent": 101}],
    "ck_offer_method_facts_not_negative": [{"sessions": -1}, {"weeks": -1}, {"contacts": -1}],
    "ck_offer_output_counted": [{"quantity": 0}, {"by_week": -1}],
    "ck_offer_price_band_begins_above_one": [{"places_from": 1}],
    "ck_offer_price_band_price_not_negative": [{"unit_price": Decimal("-0.01")}],
    "ck_offer_version_group_minimum_within_maximum": [{"group_minimum": 2, "group_maximum": 1}],
    "ck_offer_version_number_positive": [{"number": 0}],
    "ck_offer_version_percent_not_negative": [
        {"indexation": "fixed", "indexation_percent": Decimal("-0.0001")}
    ],
    "ck_offer_version_percent_where_fixed": [
        {"indexation_percent": Decimal(1)},
        {"indexation": "cpi", "indexation_percent": Decimal(1)},
    ],
    "ck_offer_version_places_positive": [{"places_together": 0}],
    "ck_offer_version_published_has_a_moment": [
        {"state": "published"},
        {"state": "suspended"},
        {"state": "superseded"},
    ],
    "ck_offer_version_sessions_positive": [
        {"group_sessions": -1},
        {"individual_sessions": -1},
        {"session_minutes": 0},
        {"sessions_a_week": 0},
    ],
    "ck_offer_version_support_positive": [
        {"weeks_before_release": -1},
        {"reach_in_visits": -1},
        {"rar_days": 0},
        {"volunteer_number": 0},
    ],
    "ck_offer_version_returned_has_reasons": [{"state": "returned", "return_reasons": ""}],
    "ck_partner_message_says_something": [{"text": ""}],
    "ck_partner_message_to_another": [{"recipient_id": SameAs("sender_id")}],
    "ck_place_dates": [{"valid_from": DAY, "valid_to": DAY}],
    "ck_place_only_nations_have_no_parent": [
        {"kind": "region"},
        {"kind": "nation", "parent_id": FILLED},
    ],
    "ck_question_version_table_has_columns": [
        {"kind": "table", "columns": None, "most_rows": 5},
        {"kind": "table", "columns": [], "most_rows": None},
        {"kind": "table", "columns": [], "most_rows": 0},
        {"columns": []},
        {"most_rows": 5},
    ],
    "ck_question_version_version_positive": [{"version": 0}],
    "ck_question_version_word_limit_positive": [{"word_limit": 0}],
    "ck_referral_deal_number_positive": [{"number": 0}],
    "ck_prompt_dismissal_reason_given": [{"reason": ""}],
    "ck_score_reason_given": [{"reason": ""}],
    "ck_score_score_not_negative": [{"score": Decimal("-0.0001")}],
    "ck_category_group_with_a_floor": [{"floor_by_group": True}],
    "ck_specification_level_written_by_someone_at_a_moment": [
        {"written_at": MOMENT},
        {"written_by_id": FILLED},
    ],
    "ck_share_review_number_positive": [{"number": 0}],
    "ck_share_review_says_what_was_found": [{"findings": ""}],
    "ck_specification_level_reason_where_not_available": [{"availability": "not_available", "reason": ""}],
    "ck_supplier_change_has_evidence": [{"evidence": ""}],
    "ck_supplier_change_merger_has_a_successor": [{"kind": "merger"}],
    "ck_supplier_change_renaming_has_a_name": [{"kind": "renaming", "new_name": ""}],
    "ck_supplier_change_successor_is_another": [{"successor_id": SameAs("supplier_id")}],
    "ck_supply_chain_link_confirmed_by_the_partner": [
        {"state": "confirmed", "invited_at": MOMENT, "confirmed_by_id": FILLED, "partner_id": FILLED},
        {"state": "confirmed", "invited_at": MOMENT, "confirmed_at": MOMENT, "partner_id": FILLED},
        {"state": "confirmed", "invited_at": MOMENT, "confirmed_at": MOMENT, "confirmed_by_id": FILLED},
    ],
    "ck_supply_chain_link_ended_has_a_moment": [{"state": "ended"}],
    "ck_supply_chain_link_ends_after_start": [{"starts_on": NEXT_DAY, "ends_on": DAY}],
    "ck_supply_chain_link_fee_is_a_percentage": [
        {"fee_percent": Decimal("-0.01")},
        {"fee_percent": Decimal("100.01")},
    ],
    "ck_supply_chain_link_invited_has_a_moment": [{"state": "invited"}, {"state": "declined"}],
    "ck_supply_chain_link_members_at_tier_one": [
        {"kind": "consortium_member", "tier": 2, "parent_id": FILLED}
    ],
    "ck_supply_chain_link_not_its_own_partner": [{"partner_id": SameAs("lead_id")}],
    "ck_supply_chain_link_paid_within_thirty_days": [{"payment_days": 0}, {"payment_days": 31}],
    "ck_supply_chain_link_share_is_a_percentage": [
        {"share_percent": Decimal(0)},
        {"share_percent": Decimal("100.01")},
    ],
    "ck_supply_chain_link_tier_one_to_three": [
        {"kind": "subcontractor", "tier": 0, "parent_id": FILLED},
        {"kind": "subcontractor", "tier": 4, "parent_id": FILLED},
    ],
    "ck_supply_chain_link_under_another_below_tier_one": [
        {"kind": "subcontractor", "tier": 2},
        {"kind": "subcontractor", "parent_id": FILLED},
    ],
}

# Each unique index over part of a table: a row inside that part, and one outside that may repeat.
PARTS: dict[str, tuple[list[Row], list[Row]]] = {
    "uq_application_one_open": (
        [
            {"state": "draft"},
            {"state": "submitted", "submitted_at": MOMENT},
            {"state": "in_assessment", "submitted_at": MOMENT, "assessor_id": FILLED},
            {
                "state": "representations",
                "submitted_at": MOMENT,
                "assessor_id": FILLED,
                "representations_due_on": DAY,
            },
        ],
        [
            {"state": "withdrawn"},
            {"state": "admitted", "submitted_at": MOMENT, "decided_at": MOMENT},
            {
                "state": "refused",
                "submitted_at": MOMENT,
                "decided_at": MOMENT,
                "decision_reasons": "why",
            },
        ],
    ),
    "uq_application_party_once": ([{}], [{"left_at": MOMENT}]),
    "uq_capacity_sub_limit_one_of_a_complexity": ([{}], [{"region_id": FILLED}]),
    "uq_capacity_sub_limit_one_of_a_region": (
        [{"region_id": FILLED, "complexity": None}],
        # One with a complexity may not repeat either, by the set of all three.
        [],
    ),
    "uq_contracting_process_of_a_framework": ([{}], [{"call_off_id": FILLED}]),
    "uq_crosswalk_one_none": (
        [{"equivalence": "none"}],
        [{"equivalence": "same", "need_area_id": FILLED}],
    ),
    "uq_demand_model_version_one_open": ([{}], [{"frozen_at": MOMENT}]),
    "uq_offer_version_one_open": (
        [{"state": "draft"}, {"state": "submitted"}, {"state": "returned", "return_reasons": "why"}],
        [{"state": "superseded", "published_at": MOMENT}, {"state": "withdrawn"}],
    ),
    "uq_offer_version_one_standing": (
        [{"state": "published", "published_at": MOMENT}, {"state": "suspended", "published_at": MOMENT}],
        [{"state": "superseded", "published_at": MOMENT}, {"state": "withdrawn"}],
    ),
    "uq_partner_listing_one_open": ([{}], [{"closed_at": MOMENT}]),
    "uq_supply_chain_link_same_part": (
        [
            {"state": "named"},
            {"state": "invited", "invited_at": MOMENT},
            {
                "state": "confirmed",
                "invited_at": MOMENT,
                "confirmed_at": MOMENT,
                "confirmed_by_id": FILLED,
                "partner_id": FILLED,
            },
        ],
        [{"state": "declined", "invited_at": MOMENT}, {"state": "ended", "ended_at": MOMENT}],
    ),
}

# What a row needs beside so that it offends the named foreign key, unique set or enum and nothing else.
BESIDE: dict[str, Row] = {
    "ck_application_applicationstate": {"submitted_at": MOMENT},
    "ck_application_party_assessmentoutcome": {"copied_at": MOMENT},
    "ck_call_off_calloffstate": {"published_at": MOMENT, "deadline": MOMENT},
    "ck_agency_provision_quality": {"quality_source": "An inspection", "quality_on": DAY},
    "ck_agency_provision_standing": {},
    "ck_demand_set_scenario": {"modelled": True, "model_version_id": FILLED},
    "ck_framework_frameworkstate": {"published_at": MOMENT},
    "ck_lot_dealing": {"suppliers_wanted": 2, "sharing": "by_rank"},
    "ck_lot_failurecause": {"state": "failed"},
    "ck_lot_sharing": {"suppliers_wanted": 2},
    "ck_member_memberstate": {"state_reason": "why"},
    "ck_place_placekind": {"parent_id": FILLED},
    "uq_award_lot_id_bid_id": {"rank": FILLED},
    "ck_specification_level_availability": {"reason": "why"},
    "fk_application_party_replaced_by_id": {"left_at": MOMENT},
    "fk_award_approved_by_id": {"approved_at": MOMENT},
    "fk_call_off_partner_approved_by_id": {"approved_at": MOMENT},
    "fk_call_off_partner_award_approved_by_id": {"award_approved_at": MOMENT},
    "fk_challenge_lifted_by_id": {"lifted_at": MOMENT, "lift_reason": "Withdrawn."},
    "fk_crosswalk_need_area_id": {"equivalence": "same"},
    "fk_debrief_given_by_id": {"requested_on": DAY, "given_on": DAY},
    "fk_deed_check_id": {"contract_id": None},
    "fk_direct_award_approved_by_id": {"approved_at": MOMENT},
    "fk_demand_set_model_version_id": {"modelled": True, "scenario": "low"},
    "fk_evidence_version_document_id": {"value": ""},
    "fk_offer_evidence_mark_id": {"kind": "quality_mark"},
    "fk_place_parent_id": {"kind": "region"},
    "fk_specification_level_written_by_id": {"written_at": MOMENT},
    "fk_supply_chain_link_parent_id": {"kind": "subcontractor", "tier": 2},
    "uq_crosswalk_scheme_label_need_area_id": {"equivalence": "same"},
    "uq_deed_check_id_kind": {"contract_id": None},
    "uq_demand_model_version_model_id_number": {"frozen_at": MOMENT},
    "uq_offer_version_offer_id_number": {"state": "withdrawn"},
}

# Unique sets with a column that may be empty, where rows may then repeat, each with what makes that right.
EMPTY_MAY_REPEAT = {
    "uq_capacity_pool_offer_id": "a shared pool is no offer's own",
    "uq_capacity_sub_limit_one_of_a_complexity": "a limit that narrows nothing is refused by a check",
    "uq_capacity_sub_limit_one_of_a_region": "a limit that narrows nothing is refused by a check",
    "uq_capacity_sub_limit_version_id_region_id_complexity": (
        "uq_capacity_sub_limit_one_of_a_complexity and _region say so where one of them is empty"
    ),
    "uq_contract_lot_id_supplier_id": "a contract out of a register has no lot of ours",
    "uq_deed_check_id_kind": "a duty of a contract is not one of a check",
    "uq_deed_contract_id_kind": "a duty of a check is not one of a contract",
    "uq_contracting_process_call_off_id": "uq_contracting_process_of_a_framework says so where there is none",
    "uq_evidence_entry_organisation_id_reuse_key": "under titles of their own there are many",
    "uq_crosswalk_scheme_label_need_area_id": "uq_crosswalk_one_none says so where there is no need area",
}
