/** The entry page's style sheet: system fonts, both themes, from 320 px up. Contrast is at least 4.5:1 in both. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f3f4f6; --card: #ffffff; --ink: #16191d; --soft: #4a5260; --line: #737b88; --rule: #dfe2e7;
  --field: #ffffff; --accent: #1d4ed8; --on-accent: #ffffff; --good: #14663a; --good-paper: #e8f5ed; --bad: #a01c1c;
  --bad-paper: #fdeeee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1216; --card: #1a1f26; --ink: #eceff3; --soft: #b3bcc8; --line: #8a94a3; --rule: #323a45;
    --field: #11151a; --accent: #9dbcff; --on-accent: #0c1830; --good: #86dba8; --good-paper: #14291d; --bad: #ffaaaa;
    --bad-paper: #341a1c;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  max-width: 34rem; margin: clamp(0rem, 6vw - 1.5rem, 4rem) auto 1rem; padding: clamp(1.25rem, 5vw, 2.25rem);
  background: var(--card); border: 1px solid var(--rule); border-radius: 1rem;
}
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0 0 .25rem; font-size: 1.125rem; line-height: 1.3; }
p { margin: 0; }
.soft { color: var(--soft); font-size: .9375rem; }
dl {
  display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 1.25rem 0;
  padding: 1rem 0; border-block: 1px solid var(--rule);
}
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; font-weight: 600; }
dd.plain { font-weight: 400; }
@media (max-width: 30rem) {
  dl { gap: .375rem .75rem; margin: 1rem 0; padding: .75rem 0; font-size: .9375rem; }
  dt { max-width: 7.5rem; overflow-wrap: break-word; }
}
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--rule); overflow-wrap: anywhere; }
form { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; }
label { font-weight: 600; }
.labelled { display: grid; gap: .25rem; }
.field { display: flex; gap: .5rem; }
input {
  flex: 1; min-width: 0; min-height: 3rem; padding: .5rem .75rem; font: inherit; font-size: 1.0625rem;
  color: var(--ink); background: var(--field); border: 1px solid var(--line); border-radius: .5rem;
}
input[aria-invalid="true"] { border-color: var(--bad); }
button {
  min-height: 3rem; padding: .5rem 1.125rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--ink); background: transparent; border: 1px solid var(--line); border-radius: .5rem;
}
button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button:disabled { cursor: default; color: var(--soft); background: transparent; border-color: var(--rule); }
.reveal { min-width: 6.5rem; padding-inline: .5rem; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .25rem; }
.actions button { flex: 1 0 auto; }
.actions .primary { flex: 6 1 12rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { color: var(--bad); font-weight: 600; }
.error:empty { display: none; }
.outcome { padding: 1rem; border-radius: .5rem; background: var(--paper); }
.outcome:not([hidden]) + form { margin-top: 1.25rem; }
.outcome:focus { outline: none; }
.outcome.good { background: var(--good-paper); }
.outcome.bad { background: var(--bad-paper); }
.good h2 { color: var(--good); }
.bad h2 { color: var(--bad); }
.outcome p + p { margin-top: .5rem; }
details { margin-top: .75rem; }
summary { cursor: pointer; font-weight: 600; }
details ul { margin: .5rem 0 0; padding-left: 1.25rem; font-size: .9375rem; overflow-wrap: anywhere; }
.progress { display: flex; gap: .75rem; align-items: center; }
.spinner {
  flex: none; width: 1.25rem; height: 1.25rem; border: 3px solid var(--rule); border-top-color: var(--accent);
  border-radius: 50%; animation: turn 1s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .spinner { animation-duration: 4s; } }
form.ordered { display: flex; flex-direction: column; }
form.ordered > .actions { order: 1; }
form.ordered > #doubt { order: 0; }
form.ordered > .soft { order: 2; }
`;
