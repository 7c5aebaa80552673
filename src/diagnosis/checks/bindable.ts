import { exchangeWords, wantsContact } from "../rules/words.js";
import type { RegistrarChecked } from "./registrar.js";

/** Whether a test binding may follow a query. */
export function mayBind(checked: RegistrarChecked | undefined): boolean {
  return accepted(checked) || queryOnly(checked);
}

/** Only the query is refused, and nothing has been sent with credentials. */
function queryOnly(checked: RegistrarChecked | undefined): boolean {
  const last = checked?.registrar.exchanges.at(-1);
  return last !== undefined && checked?.credentials === undefined && wantsContact(last);
}

/** Why no test binding was made, although it was asked for. */
export function whyUnbound(checked: RegistrarChecked | undefined): string {
  const last = checked?.registrar.exchanges.at(-1);
  return last === undefined
    ? "nothing was asked"
    : `it follows a query that is answered 2xx, and ${exchangeWords(last)}`;
}

/** The query was answered 2xx, whether it took credentials or not. */
function accepted(checked: RegistrarChecked | undefined): boolean {
  const last = checked?.registrar.exchanges.at(-1);
  return last?.result === "answered" && last.status !== undefined && last.status < 300;
}
