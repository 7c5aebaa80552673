import { counted, times } from "../base/words.js";
import { settingText } from "../redaction/untrusted.js";
import type {
  BindingEvidence,
  CheckName,
  CredentialsEvidence,
  Evidence,
  ExchangeEvidence,
  NotChecked,
} from "./evidence.js";
import { announcedPlace, echoHeard, positionWords, voiceWords } from "./rules/media-words.js";
import { statesSeen } from "./rules/platform-views.js";
import { endpointLine, exchangeWords, hostPort, list, statusWords } from "./rules/words.js";
import { certificateWords } from "./rules/words-tls.js";
import { isSameName } from "./target.js";

/** What one check found, in a line. */
export interface CheckedItem {
  readonly check: CheckName;
  readonly found: string;
}

/** Everything that was checked, in order, with what was found. Pure. */
export function checkedItems(evidence: Evidence): CheckedItem[] {
  const missing = new Set(evidence.notChecked.map(({ check }) => check));
  // One that may not be contacted is among what was not checked.
  const contacted = evidence.endpoints.filter(({ reach }) => reach.kind !== "blocked");
  const items: [CheckName, string | undefined][] = [
    ["settings", settingsFound(evidence)],
    ["name", nameFound(evidence)],
    ["reach", contacted.length > 0 ? list(contacted.map(endpointLine)) : undefined],
    ["tls", tlsFound(evidence)],
    ["registrar", registrarFound(evidence)],
    [
      "other endpoints",
      evidence.otherEndpoints.length > 0 ? list(evidence.otherEndpoints.map(endpointLine)) : undefined,
    ],
    ["credentials", credentialsFound(evidence)],
    ["media", mediaFound(evidence)],
    ["path", pathFound(evidence)],
    ["platform", platformFound(evidence)],
  ];
  return items.flatMap(([check, found]) =>
    found === undefined || (missing.has(check) && found === "") ? [] : [{ check, found }],
  );
}

function settingsFound({ settings, preset }: Evidence): string {
  const count = settings.advice.length;
  const by = preset ? ` (preset ${preset.preset.id}, ${preset.from})` : "";
  return `${count === 0 ? "nothing odd" : counted(count, "remark")}${by}`;
}

function nameFound({ name }: Evidence): string {
  if (name.problem !== undefined) return `${name.host}: ${name.problem}`;
  if (name.kind === "literal")
    return `${name.host} is an address (${name.classes.get(name.servers[0]?.address ?? "")})`;
  if (name.servers.length === 0) return `${name.host}: ${name.outcome}`;
  const servers = name.servers.map(
    ({ transport, address, port, host, from }) =>
      `${transport} ${hostPort(address, port)}${isSameName(host, name.host) ? "" : ` (${host})`}${from === "srv" || from === "naptr" ? ` by ${from.toUpperCase()}` : ""}`,
  );
  return `${name.host} → ${list(servers)}`;
}

function tlsFound({ endpoints }: Evidence): string | undefined {
  const tls = endpoints.find((endpoint) => endpoint.tls)?.tls;
  return tls && `${certificateWords(tls)}${tls.withName ? " (asked without a server name)" : ""}`;
}

function registrarFound({ registrar, answerer, endpoints }: Evidence): string | undefined {
  const options = endpoints.find((endpoint) => endpoint.options?.method === "OPTIONS")?.options;
  const asked = options ? [exchangeWords(options)] : [];
  const first = registrar?.exchanges[0];
  if (first) {
    const offers =
      first.challenge?.offers.map(({ realm, algorithm }) => `${algorithm}, realm ${realm}`) ?? [];
    asked.push(`${exchangeWords(first)}${offers.length > 0 ? ` (${offers.join("; ")})` : ""}`);
  }
  if (asked.length === 0) return undefined;
  const who = answerer.header === undefined ? "" : `; it calls itself ${answerer.header}`;
  return `${asked.join("; ")}${who}`;
}

function credentialsFound({ credentials, binding }: Evidence): string | undefined {
  const parts = [credentials && queryFound(credentials), binding && bindingFound(binding)];
  return parts.some(Boolean) ? parts.filter(Boolean).join("; ") : undefined;
}

function queryFound({ outcome, last, sends, bindings }: CredentialsEvidence): string {
  const tried = `sent ${times(sends)} in a query that binds nothing`;
  const bound = bindings.length === 0 ? "no binding" : `bound now: ${list(bindings.map(({ uri }) => uri))}`;
  return `${outcome} (${tried}; ${endOf(last)})${outcome === "accepted" ? `; ${bound}` : ""}`;
}

function bindingFound({ last, outcome, removed }: BindingEvidence): string {
  const after = outcome === "bound" ? (removed ? ", removed again" : ", not removed") : "";
  return `a test binding: ${endOf(last)}${after}`;
}

function endOf(exchange: ExchangeEvidence): string {
  return exchange.status === undefined ? exchangeWords(exchange) : statusWords(exchange);
}

function mediaFound(evidence: Evidence): string | undefined {
  const heard = echoHeard(evidence);
  if (heard === undefined) return undefined;
  const { media, answer, audio } = heard;
  const kind = audio.encrypted ? "SRTP, " : "";
  const where = answer.announced === undefined ? "no voice" : `voice at ${announcedPlace(heard)}`;
  return `echo test ${settingText(media.echoCode, 10)} announces ${where} (${kind}${audio.codec}): ${voiceWords(heard)}; ${positionWords(media)}`;
}

function pathFound({ path }: Evidence): string | undefined {
  if (path === undefined) return undefined;
  const seen = path.seen ? `, seen as ${hostPort(path.seen.address, path.seen.port)}` : "";
  const rewritten =
    path.rewritten.length > 0 ? `; rewritten: ${list(path.rewritten.map(({ what }) => what))}` : "";
  return `from ${hostPort(path.local.address, path.local.port)}${seen}${path.nat ? " (NAT)" : ""}${rewritten}`;
}

function platformFound({ platform }: Evidence): string | undefined {
  if (platform === undefined) return undefined;
  const states = statesSeen(platform);
  const calls = platform.calls ? `; ${platform.calls.count} calls in the log` : "";
  return `${list(states)} (${platform.samples.length} samples)${calls}`;
}

/** In the order of the checks, each once. */
export function orderedNotChecked(all: readonly NotChecked[]): NotChecked[] {
  return all.filter(
    ({ check, why }, index) => all.findIndex((other) => other.check === check && other.why === why) === index,
  );
}
