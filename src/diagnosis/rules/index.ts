import { ADDRESS_RULES, atEachAddress } from "./addresses.js";
import { BINDING_RULES } from "./binding.js";
import { CALL_RULES } from "./calls/index.js";
import { CERTIFICATE_RULES } from "./certificate.js";
import { CHALLENGE_RULES } from "./challenge.js";
import { CREDENTIAL_RULES } from "./credentials.js";
import { ENDPOINT_RULES } from "./endpoints.js";
import { FAILED_BEFORE_RULES } from "./failed-before.js";
import { MEDIA_PROBE_RULES, orProbed } from "./media-probe.js";
import { NAME_RULES } from "./name.js";
import { PATH_RULES } from "./path.js";
import { PLATFORM_RULES } from "./platform.js";
import { PLATFORM_STATE_RULES } from "./platform-state.js";
import { REACH_RULES } from "./reach.js";
import { REFUSED_AFTER_RULES } from "./refused-after.js";
import { REFUSED_BEFORE_RULES } from "./refused-before.js";
import { REGISTRANT_RULES } from "./registrant.js";
import { REGISTRAR_RULES } from "./registrar.js";
import { RTP_RULES } from "./rtp.js";
import type { Rule } from "./rule.js";
import { SAME_ROUTER_RULES } from "./same-router.js";
import { SETTINGS_RULES } from "./settings.js";
import { SLOW_RULES } from "./slow.js";
import { SNI_RULES } from "./sni.js";
import { SRV_RULES } from "./srv.js";
import { SRV_ONLY_RULES } from "./srv-only.js";
import { TLS_RULES } from "./tls.js";
import { TOLD_RULES } from "./told.js";
import { TRACED_RULES } from "./traced.js";

const ALL = [
  ...SAME_ROUTER_RULES,
  ...SRV_ONLY_RULES,
  ...NAME_RULES,
  ...SRV_RULES,
  ...ENDPOINT_RULES,
  ...REACH_RULES,
  ...ADDRESS_RULES,
  ...SLOW_RULES,
  ...TLS_RULES,
  ...CERTIFICATE_RULES.map(atEachAddress),
  ...SNI_RULES,
  ...REFUSED_BEFORE_RULES,
  ...FAILED_BEFORE_RULES,
  ...REGISTRAR_RULES,
  ...CHALLENGE_RULES,
  ...REGISTRANT_RULES,
  ...REFUSED_AFTER_RULES,
  ...CREDENTIAL_RULES,
  ...BINDING_RULES,
  ...PATH_RULES,
  ...TRACED_RULES,
  ...TOLD_RULES,
  ...RTP_RULES.map(orProbed),
  ...SETTINGS_RULES,
  ...PLATFORM_RULES,
  ...PLATFORM_STATE_RULES,
  ...MEDIA_PROBE_RULES,
  ...CALL_RULES.map(orProbed),
] as const;

/** Names a finding wherever one is named; one that no rule has does not compile. */
export type FindingId = (typeof ALL)[number]["id"];

/** Every finding that can be made, in the order of the way that a REGISTER goes. */
export const RULES: readonly Rule<FindingId>[] = ALL;

/** The rule that makes this finding. */
export function ruleOf(id: FindingId): Rule<FindingId> {
  const rule = BY_ID.get(id);
  if (rule === undefined) throw new Error(`no rule makes the finding ${id}`);
  return rule;
}

const BY_ID: ReadonlyMap<FindingId, Rule<FindingId>> = new Map(RULES.map((rule) => [rule.id, rule]));
