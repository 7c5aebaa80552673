import { shown } from "../../hide-secrets.js";
import { isLocal, isOutside } from "../addresses.js";
import { type Counted, NAT_HINT } from "./counted.js";

/** chan_sip's lines on a session description that it has read (`sip set debug on`): from where the message came, and where voice is to go. */

const CAME =
  /(?:^|\s)(?:Sending to |Found (?:peer|user) '[^']{1,80}' for '[^']{1,80}' from )(?<host>[0-9A-Fa-f.]{7,45}):\d{1,5}/;
const VOICE = /Peer audio RTP is at port (?<host>[0-9.]{7,15}):(?<port>\d{1,5})/;
const AROUND =
  /^\s{0,10}(?:Found RTP (?:audio|video) format \d|Found audio description format |Capabilities: us - |Non-codec capabilities |Using INVITE request as basis request|Looking for \S{1,80} in )/;

export function readChanSipMedia(lines: readonly string[]): Counted {
  const used = new Set<number>();
  let came: string | undefined;
  const found: { line: number; place: string; from: string }[] = [];
  for (const [index, line] of lines.entries()) {
    if (AROUND.test(line)) used.add(index);
    const from = line.includes(" to ") || line.includes(" from ") ? CAME.exec(line)?.groups?.host : undefined;
    if (from !== undefined) {
      used.add(index);
      came = from;
    }
    const voice = line.includes("audio RTP") ? VOICE.exec(line)?.groups : undefined;
    if (voice === undefined) continue;
    used.add(index);
    if (came !== undefined && isOutside(came) && isLocal(voice.host)) {
      found.push({ line: index + 1, place: `${voice.host}:${voice.port}`, from: came });
    }
  }
  return {
    facts: found.slice(0, 1).map(({ line, place, from }) => ({
      id: "media-address-private",
      line,
      users: [],
      seen: `voice is to go to ${shown(place, 60)}, and the message came from ${shown(from, 60)}`,
      confidence: "medium",
      cause:
        "The device writes its private address into the session description. With nat=force_rport,comedia the PBX sends to where the device's packets come from instead; without it, or if those packets do not arrive, its voice goes to nowhere.",
      fix: "Set nat=force_rport,comedia and directmedia=no for that extension, open the PBX's RTP range (UDP), or have the device announce its public address (STUN).",
      hint: NAT_HINT,
    })),
    events: [],
    lines: used,
  };
}
