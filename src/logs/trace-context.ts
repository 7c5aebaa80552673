import { readChallenges } from "../sip/index.js";
import type { LogEvent } from "./event.js";
import { hostOf } from "./frames.js";
import type { TracedMessage } from "./trace.js";
import { cseqOf, type RegisterStory } from "./trace-story.js";

/** What all messages of a trace together tell about one of its registrations: who is whom, and which endpoints are alive. */
export interface TraceContext {
  /** `host:port` of what has answered any request. */
  readonly answering: ReadonlySet<string>;
  /** Hosts that have answered a REGISTER. */
  readonly registrars: ReadonlySet<string>;
  /** The program that logged takes registrations itself. */
  readonly loggerIsRegistrar: boolean;
  /** Hosts that ICMP has refused packets for. */
  readonly refused: ReadonlySet<string>;
  /** Nonces of the challenges to REGISTERs, with the line of the first, also of those whose request is not in the trace. */
  readonly offered: ReadonlyMap<string, number>;
}

export function contextOf(
  messages: readonly TracedMessage[],
  refusals: readonly LogEvent[] = [],
): TraceContext {
  const answering = new Set<string>();
  const registrars = new Set<string>();
  const offered = new Map<string, number>();
  let loggerIsRegistrar = false;
  for (const { message, direction, peer, line } of messages) {
    const register = cseqOf(message)?.method === "REGISTER";
    if (message.kind === "request") {
      if (register && direction === "received") loggerIsRegistrar = true;
      continue;
    }
    if (register && (message.status === 401 || message.status === 407)) {
      for (const { nonce } of readChallenges(message).usable) {
        if (!offered.has(nonce)) offered.set(nonce, line);
      }
    }
    if (peer !== undefined && direction !== "sent") {
      answering.add(peer);
      if (register) registrars.add(hostOf(peer));
    }
  }
  const refused = new Set(
    refusals.flatMap(({ address }) => (address === undefined ? [] : [hostOf(address)])),
  );
  return { answering, registrars, loggerIsRegistrar, refused, offered };
}

/** PBXs that register themselves with a provider. OpenSIPS and Kamailio are left out: registrants of platforms name themselves so too. */
const PBX_AGENT =
  /^(?:FPBX-|Asterisk PBX|IPBX-|Yeastar|Issabel|VitalPBX|3CXPhoneSystem|FreeSWITCH-mod_sofia|FusionPBX|Grandstream UCM)/i;
const SCANNER_AGENT =
  /friendly-(?:scanner|request)|sipvicious|^sipcli|pplsip|sipsak|VaxSIPUserAgent|sip-scan|sundayddr|iWar|^Gulp|eyeBeam release 3006o|smap|siparmyknife|^Test Agent/i;

/** A REGISTER that the PBX itself sent: its trunk's, and no extension's. */
export function isTrunkOfPbx({ exchanges }: RegisterStory, context: TraceContext): boolean {
  const first = exchanges[0];
  if (first === undefined) return false;
  const { direction, byAsterisk, peer } = first.first;
  if (direction === "received") return false;
  const agent = first.request.headers.get("User-Agent") ?? "";
  if (direction === "sent") return byAsterisk === true || context.loggerIsRegistrar || PBX_AGENT.test(agent);
  return PBX_AGENT.test(agent) || (peer !== undefined && context.registrars.has(hostOf(peer)));
}

export function isScannerAgent(agent: string | undefined): boolean {
  return agent !== undefined && SCANNER_AGENT.test(agent);
}

/** Programs that try numbers and passwords from all over the world. */
export function isScanner({ exchanges }: RegisterStory): boolean {
  return exchanges.some(({ request }) => SCANNER_AGENT.test(request.headers.get("User-Agent") ?? ""));
}

/** Where the registration came from: what the registrar saw, else the packet's source. */
export function sourceOf({ exchanges }: RegisterStory): string | undefined {
  for (const { final, first } of exchanges) {
    const via = final?.headers.get("Via") ?? "";
    const received = /;\s?received=\[?([0-9A-Fa-f.:]{3,45})/.exec(via)?.[1];
    if (received !== undefined) return received;
    if (first.peer !== undefined && first.direction !== "sent") return hostOf(first.peer);
  }
  return undefined;
}

/** From where users are registered, as far as a trace shows it: the last address and port of each. */
export function registeredFrom(stories: readonly RegisterStory[]): { user: string; place: string }[] {
  return stories.flatMap((story) => {
    const good = story.exchanges.findLast(({ final }) => final !== undefined && final.status < 300);
    const host = sourceOf(story);
    if (good === undefined || story.user === undefined || host === undefined) return [];
    const via = good.final?.headers.get("Via") ?? "";
    const rport = /;\s?rport=(\d{1,5})/.exec(via)?.[1];
    const { peer, direction } = good.first;
    const packet = direction === "sent" ? undefined : /:(\d{1,5})$/.exec(peer ?? "")?.[1];
    const port = packet ?? rport;
    return port === undefined ? [] : [{ user: story.user, place: `${host}:${port}` }];
  });
}
