import { PASTE_SCRIPT } from "./paste-script.js";

/**
 * The entry page's script. It builds no markup from text, keeps the password nowhere, and empties the field
 * as soon as the value has been taken. It talks only to its own server.
 */
export const SCRIPT = `
"use strict";
(() => {${PASTE_SCRIPT}
  const byId = (id) => document.getElementById(id);
  const { token, texts, stores, validUntil } = JSON.parse(byId("data").textContent);
  const form = byId("form"), field = byId("password"), reveal = byId("reveal"), submit = byId("submit");
  const error = byId("error"), outcome = byId("outcome"), progress = byId("progress");
  byId("no-script").remove();
  form.hidden = false;
  field.focus();
  const here = location.pathname;
  let phase = "", ended = false, countdown;

  const own = navigator.language;
  const locale = own.split("-")[0] === texts.lang ? own : texts.lang;
  const showValidity = (until) => {
    const time = new Date(until).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
    byId("validity").textContent = texts.validUntil.replace("{time}", time);
  };
  showValidity(validUntil);

  const show = (hide) => {
    field.type = hide ? "password" : "text";
    reveal.textContent = hide ? texts.show : texts.hide;
    reveal.setAttribute("aria-pressed", String(!hide));
  };
  reveal.addEventListener("click", () => show(field.type === "text"));

  const doubt = byId("doubt"), takeAway = byId("take-away"), asItIs = byId("as-it-is");
  const wonder = (doubts) => {
    const fix = doubts.some(isFixable);
    const asked = fix ? texts.takeAwayAsk : texts.reallyAsk;
    error.textContent = [...doubts.map((each) => texts.doubts[each]), asked].join(" ");
    takeAway.hidden = !fix;
    doubt.hidden = false;
    (fix ? takeAway : field).focus();
  };
  const complain = (problem) => {
    doubt.hidden = true;
    error.textContent = problem ? texts.problems[problem] || texts.problems.refused : "";
    field.setAttribute("aria-invalid", String(Boolean(problem)));
    if (problem) field.focus();
  };

  const post = (path, body) => fetch(path, {
    method: "POST", cache: "no-store", credentials: "omit", redirect: "error",
    headers: { "content-type": "application/json", "x-entry-token": token }, body: JSON.stringify(body),
  });

  const send = async (as) => {
    if (submit.disabled) return;
    const value = field.value;
    if (value === "") return complain("empty");
    complain("");
    show(true);
    submit.disabled = true;
    try {
      const answer = await post(here, { password: value, asItIs: as });
      if (answer.status === 202) { field.value = ""; return; }
      const { problem, doubts } = await answer.json().catch(() => ({}));
      if (doubts) wonder(doubts);
      else complain(problem || "refused");
    } catch {
      complain("refused");
    }
    if (phase === "waiting") submit.disabled = false;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(false);
  });
  takeAway.addEventListener("click", () => {
    field.value = cleaned(field.value);
    send(false);
  });
  asItIs.addEventListener("click", () => send(true));
  field.addEventListener("input", () => {
    if (!doubt.hidden) complain("");
  });
  byId("cancel").addEventListener("click", async () => {
    field.value = "";
    try {
      const answer = await post(here + "/cancel", {});
      if (answer.ok) return;
      const { problem } = await answer.json();
      complain(problem);
    } catch {}
  });

  const wait = (ms) => {
    clearInterval(countdown);
    const until = Date.now() + ms;
    const tick = () => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      submit.disabled = seconds > 0;
      submit.textContent = seconds > 0 ? texts.retryIn.replace("{seconds}", seconds) : texts.retry;
      if (seconds <= 0) clearInterval(countdown);
    };
    countdown = setInterval(tick, 250);
    tick();
  };

  const paragraph = (text) => {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  };
  const asking = (yes) => {
    form.hidden = !yes;
    byId("intro").hidden = !yes;
    byId("heading").textContent = yes ? texts.heading : texts.title;
  };
  const tell = (heading, lines, kind, details, unfolded) => {
    outcome.className = "outcome " + kind;
    const title = document.createElement("h2");
    title.id = "outcome-title";
    title.textContent = heading;
    document.title = heading + " – " + texts.title;
    outcome.replaceChildren(title, ...lines.map(paragraph));
    if (details.length > 0) {
      const more = document.createElement("details"), label = document.createElement("summary");
      const list = document.createElement("ul");
      list.lang = "en";
      more.open = Boolean(unfolded);
      label.textContent = texts.details;
      for (const line of details) {
        const item = document.createElement("li");
        item.textContent = line;
        list.append(item);
      }
      more.append(label, list);
      outcome.append(more);
    }
    outcome.hidden = false;
    outcome.focus();
  };
  const unfolded = ["done", "error", "overtaken", "unproven"];
  const summary = ({ result, state, verdict }) => {
    const [heading, text] = texts.ends[result];
    const said = result === "failed" ? texts.failures[state] || texts.failures.other : text;
    return [heading, verdict ? [texts.verdicts[verdict] + ".", said] : [said]];
  };

  const views = {
    waiting({ failure, retryInMs, validUntil: until }) {
      asking(true);
      progress.hidden = true;
      if (!failure) { submit.disabled = false; return; }
      const [heading, said] = summary(failure);
      tell(heading, [...said, failure.result === "error" ? texts.sendAgain : texts.retryOffer], "bad", failure.details, failure.result === "error");
      wait(retryInMs);
      showValidity(until);
    },
    working({ state }) {
      asking(false);
      outcome.hidden = true;
      progress.hidden = false;
      byId("step").textContent = !stores ? texts.testing : state ? texts.registering : texts.storing;
    },
    ended({ how, outcome: last }) {
      ended = true;
      events.close();
      clearInterval(countdown);
      asking(false);
      form.remove();
      progress.hidden = true;
      if (!last || how === "registered" || how === "stored") {
        const [heading, text] = texts.ends[how];
        tell(heading, [text], how === "registered" ? "good" : "", []);
        return;
      }
      const [heading, said] = summary(last);
      const bad = last.result === "failed" || last.result === "error";
      const kind = bad ? "bad" : last.result === "registered" ? "good" : "";
      tell(heading, [...said, bad ? texts.noMoreTries : texts.goOn], kind, last.details, unfolded.includes(last.result));
    },
  };

  const events = new EventSource(here + "/events");
  let silent;
  events.addEventListener("open", () => clearTimeout(silent));
  events.addEventListener("message", (event) => {
    const view = JSON.parse(event.data);
    const same = phase === view.phase && view.phase === "waiting";
    phase = view.phase;
    if (!same) views[phase](view);
  });
  events.addEventListener("error", () => {
    if (ended) return;
    const lost = () => views.ended({ how: "lost" });
    if (events.readyState === EventSource.CLOSED) lost();
    else silent ??= setTimeout(lost, 8000);
  });
})();
`;
