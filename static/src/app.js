// What scripts add to pages that already work without them: GOV.UK components, autosave, the countdown,
// questions that wait for the answer they follow from.

import { initAll } from "govuk-frontend";
import { startAutosave } from "./autosave.js";
import { startCountdown } from "./countdown.js";
import { startFollowing } from "./follows.js";
import { startReload } from "./reload.js";

// The design system's template sets these classes by an inline script; our policy allows none.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

initAll();
document.querySelectorAll("form[data-autosave-url]").forEach(startAutosave);
document.querySelectorAll("[data-deadline][data-now]").forEach(startCountdown);
document.querySelectorAll("[data-asked-if]").forEach(startFollowing);
document.querySelectorAll("[data-reload-seconds]").forEach(startReload);
