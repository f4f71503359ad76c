// Saves a draft while it is being written. The form's own button stays, and is what counts.
//
// In the markup: <form data-autosave-url="…"> with, inside it, <p class="tg-saved" data-autosave-status
// aria-live="polite"></p>. The whole form is posted, its CSRF token included, its files left out. The answer is
// JSON: {"saved_at": "14:05"} and, where the server moved them on, {"fields": {"row_version": "7"}}; or, with
// status 409 or 422, {"message": "…"} to show.

const QUIET = 3000; // milliseconds without a change before saving
const RETRY = 15000;

const WORDS = {
  saving: "Saving…",
  saved: "Saved at ",
  unreachable: "Not saved: the service could not be reached. We will try again; or use the button to save.",
  refused: "Not saved. Use the button to save, so that you see what is wrong.",
};

export function startAutosave(form) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = null;
  let request = null;
  let leaving = false;

  const say = (text, failed = false) => {
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("tg-saved--failed", failed);
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function save() {
    if (leaving) return;
    if (request) return later(QUIET); // one at a time, or an older save could land last
    const body = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
    request = new AbortController();
    say(WORDS.saving);
    try {
      const response = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-Requested-With": "autosave" },
        credentials: "same-origin",
        redirect: "error", // a redirect is the sign-in page, not a saved draft
        signal: request.signal,
      });
      const answer = await response.json().catch(() => ({}));
      if (response.ok && answer.saved_at) {
        for (const [name, value] of Object.entries(answer.fields ?? {})) {
          const field = form.elements.namedItem(name);
          if (field) field.value = value;
        }
        say(WORDS.saved + answer.saved_at);
      } else {
        say(answer.message ?? WORDS.refused, true);
      }
    } catch {
      if (leaving) return;
      say(WORDS.unreachable, true);
      later(RETRY);
    } finally {
      request = null;
    }
  }

  form.addEventListener("input", () => later(QUIET));
  form.addEventListener("change", () => later(QUIET));
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    request?.abort();
  });
  // Back from the browser's cache after a submission: the form is in use again.
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
}
