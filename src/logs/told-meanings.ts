import { CONTACTS_FULL } from "../answers/forbidden.js";
import { meaningOfReading } from "../answers/meaning.js";
import { NOT_IN_ACCESS_LIST } from "../answers/not-accepted.js";
import type { EventKind } from "./event.js";
import type { Meaning } from "./refusals.js";

/** What a registrar says in its own words, in a log that has no reader: no more than `medium`. */
export const TOLD_REFUSALS = {
  "told-credentials": {
    says: "refused because of the credentials, says the registrar",
    finding: "credentials-refused",
    confidence: "medium",
    hint: { fields: ["password", "authUsername"] },
  },
  "told-unknown": {
    says: "refused, the registrar says that it does not know the user or domain",
    finding: "unknown-after-credentials",
    confidence: "medium",
    hint: { fields: ["username", "sipDomain"] },
  },
  "told-not-let-in": {
    says: "refused, the registrar says that this address is not allowed",
    finding: "forbidden-before-credentials",
    title: "The PBX does not let this address register",
    confidence: "medium",
    cause: "A list of addresses of the PBX, or of this user, does not have the one that it comes from.",
    fix: NOT_IN_ACCESS_LIST.fix,
    hint: { remote: true },
  },
  "told-disabled": {
    says: "refused, the registrar says that the account is disabled or locked",
    finding: "forbidden-after-credentials",
    title: "The account is disabled or locked",
    confidence: "medium",
    cause: "The extension is switched off on the PBX, or was locked after failed attempts.",
    fix: "Enable or unlock the extension on the PBX, then try once.",
  },
  "told-full": {
    says: "refused, the registrar says that the extension has as many registrations as it may have",
    finding: "extension-not-bindable",
    confidence: "medium",
    fix: meaningOfReading(CONTACTS_FULL).fix,
    title: "The extension takes no further registration",
    cause:
      "The extension has as many registrations as it may have: another device, or an old registration, holds them.",
  },
} as const satisfies Partial<Record<EventKind, Meaning>>;
