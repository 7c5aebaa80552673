/** What the scripted assistant reads out of a user's words, by rule. */
export interface Request {
  wants: "connect" | "remove" | "look" | "preset" | "call";
  /** What they heard in a call of theirs. */
  heard?: string;
  /** In quotation marks. */
  agent?: string;
  /** As the user calls it. */
  pbx?: string;
  settings: {
    sipDomain?: string;
    port?: number;
    username?: string;
    authUsername?: string;
    transport?: string;
    did?: string;
  };
  password?: string;
  secret?: string;
  /** "Keep everything else", "switch … to": what is not said stays as it is. */
  keepsRest: boolean;
  /** The user has said yes to leaving the present line. */
  confirmed: boolean;
  /** The extension has another device on it. */
  shared: boolean;
  /** Nothing may be written. */
  onlyShow: boolean;
}

export function understand(says: string): Request {
  const first = (pattern: RegExp) => pattern.exec(says)?.[1];
  const [, sipDomain, port] =
    /(?:\bat|Server:|\bto)\s+(?:sips?:)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:, port |:)(\d+)/i.exec(says) ?? [];
  const username =
    first(/\bto extension (\d+)/i) ?? first(/\bextension (\d+)/i) ?? first(/\buser ([a-z]\w*)/i);
  const transport = first(/\b(udp|tcp|tls)\b/i)?.toLowerCase();
  const did = first(/(\+\d{7,15})/);
  const authUsername = first(/\bAuth ID (\w+)/);
  const onlyShow = /do not change|only want to know|show me only/i.test(says);
  const known = {
    agent: first(/"([^"]+)"/),
    pbx: first(
      /(?:We have an?|It is an?|We use|on an?|to our|to) ((?:3CX|Asterisk|Microsoft|Twilio|FreePBX)[\w ]*?)(?= at |\.|:|,|\?|$)/,
    ),
    password: first(/\bpassword (?:is )?([a-z]+-[a-z]+-\d+)/),
    secret: first(/\bsecret ([A-Z_]+)/),
  };
  return {
    wants: wantsOf(says, onlyShow),
    ...defined({ ...known, heard: heardOf(says) }),
    settings: {
      ...defined({ sipDomain, username, authUsername, transport, did }),
      ...(port === undefined ? {} : { port: Number(port) }),
    },
    keepsRest: /keep everything else|put .* on (?:tcp|udp|tls)\b/i.test(says),
    confirmed: /\byes\b/i.test(says),
    shared: /desk phone/i.test(says),
    onlyShow,
  };
}

function heardOf(says: string): string | undefined {
  if (!/\bI (?:have just )?called\b/i.test(says)) return undefined;
  if (/heard nothing/i.test(says)) return "nothing";
  return /did not react/i.test(says) ? "only_agent" : "both";
}

function wantsOf(says: string, onlyShow: boolean): Request["wants"] {
  if (heardOf(says) !== undefined) return "call";
  if (/^(?:please )?remove\b/i.test(says)) return "remove";
  if (/^what would I need/i.test(says)) return "preset";
  if (/^is "|^why is/i.test(says)) return "look";
  return onlyShow && !/what would change/i.test(says) ? "look" : "connect";
}

function defined<Value>(record: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, Value>;
}
