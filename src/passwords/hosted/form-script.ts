import { PASTE_SCRIPT } from "../page/paste-script.js";

/**
 * The script of the form: shows and hides what is typed, and asks about what looks wrong before it is sent, so it need
 * not be typed again. Without it the server asks; the buttons that need it are shown by it.
 */
export const FORM_SCRIPT = `
"use strict";
(() => {${PASTE_SCRIPT}
  const byId = (id) => document.getElementById(id);
  const field = byId("password"), reveal = byId("reveal"), error = byId("error");
  if (!field || !reveal) return;
  reveal.hidden = false;
  const show = (hide) => {
    field.type = hide ? "password" : "text";
    reveal.textContent = hide ? reveal.dataset.show : reveal.dataset.hide;
    reveal.setAttribute("aria-pressed", String(!hide));
  };
  reveal.addEventListener("click", () => show(field.type === "text"));

  const doubt = byId("doubt"), takeAway = byId("take-away"), asItIs = byId("as-it-is");
  const { doubts, takeAwayAsk, reallyAsk, username } = JSON.parse(doubt.dataset.texts);
  const wonder = (faults) => {
    const fix = faults.some(isFixable);
    error.textContent = [...faults.map((each) => doubts[each]), fix ? takeAwayAsk : reallyAsk].join(" ");
    field.setAttribute("aria-invalid", "true");
    takeAway.hidden = !fix;
    doubt.hidden = false;
    (fix ? takeAway : field).focus();
  };
  field.addEventListener("input", () => {
    if (doubt.hidden) return;
    doubt.hidden = true;
    error.textContent = "";
    field.setAttribute("aria-invalid", "false");
  });
  takeAway.addEventListener("click", () => {
    field.value = cleaned(field.value);
    field.form.requestSubmit();
  });
  field.form.addEventListener("submit", (event) => {
    const sends = event.submitter ? event.submitter.value : "password";
    const faults = sends === "password" && field.value !== "" ? faultsOf(field.value, username) : [];
    if (faults.length === 0) return show(true);
    event.preventDefault();
    wonder(faults);
  });
})();
`;
