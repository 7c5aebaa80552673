import { AGREEMENT_RULES } from "./agreement.js";
import { DIALOG_RULES } from "./dialog.js";
import { MEDIA_RULES } from "./media.js";
import { REFUSED_CALL_RULES } from "./refused.js";
import { TEST_CALL_RULES } from "./test-call.js";

/** Findings on calls and their voice, in the order of the way that a call goes. */
export const CALL_RULES = [
  ...REFUSED_CALL_RULES,
  ...AGREEMENT_RULES,
  ...DIALOG_RULES,
  ...MEDIA_RULES,
  ...TEST_CALL_RULES,
] as const;

/** Names a finding on a call. */
export type CallFindingId = (typeof CALL_RULES)[number]["id"];
