import { literal } from "../../src/presets/render.js";
import type { EvidenceSource, Preset } from "../../src/presets/types.js";

/** What can be pasted and how to get it on each PBX, for `docs/pasting.md`; pure: a test compares the file with it. */

/** A form of paste, with one of the tests' pastes as its example. */
export interface PasteForm {
  readonly name: string;
  readonly from: string;
  /** Below `test/unit/logs/`. */
  readonly example: string;
}

export const TRACES: readonly PasteForm[] = [
  {
    name: "Asterisk's SIP logger",
    from: "`pjsip set logger on`, `sip set debug on`",
    example: "reported/wrong-password-freepbx-full.txt",
  },
  {
    name: "FreeSWITCH's SIP trace",
    from: "`sofia global siptrace on`",
    example: "reported/404-before-auth-fs.txt",
  },
  { name: "sngrep, saved as text", from: "F2 in sngrep", example: "reported/sngrep-null-dates.txt" },
  { name: "ngrep, tcpdump -A", from: "a shell", example: "reported/ngrep-200-repeats.txt" },
  { name: "a packet list", from: "`tshark`, Wireshark", example: "pastes/tshark-list-refused.txt" },
  {
    name: "a packet's details",
    from: "`tshark -V`, Wireshark",
    example: "pastes/tshark-tree-of-wrong-password.txt",
  },
  { name: "Homer's messages as JSON", from: "Homer, heplify", example: "pastes/json-homer-transaction.txt" },
  { name: "a browser phone's console", from: "JsSIP, SIP.js", example: "pastes/jssip-console.txt" },
  {
    name: "session descriptions without their messages",
    from: "a log of FreeSWITCH or a browser, a message's body",
    example: "reported-audio/dtmf-sdp-answer-without.txt",
  },
  {
    name: "messages with nothing around them",
    from: "a mail, a ticket",
    example: "reported/407-authorization.txt",
  },
];

export const TABLES: readonly PasteForm[] = [
  {
    name: "Asterisk, PJSIP",
    from: "`pjsip show contacts`, `pjsip show aor`, `pjsip show endpoint`, `pjsip show registrations`",
    example: "pastes/pjsip-show-contacts.txt",
  },
  {
    name: "Asterisk, chan_sip",
    from: "`sip show peers`, `sip show peer`, `sip show registry`",
    example: "pastes/sip-show-peers.txt",
  },
  {
    name: "voice of a call on Asterisk",
    from: "`pjsip show channelstats`, `sip show channelstats`, during the call",
    example: "reported/channelstats-rx-zero.txt",
  },
  {
    name: "packets of voice on Asterisk",
    from: "`rtp set debug on`, a few lines are enough",
    example: "reported-audio/rtp-debug-got-public-sent-private.txt",
  },
  {
    name: "a browser's or softphone's statistics",
    from: "`getStats()`, `chrome://webrtc-internals`, pjsua, baresip, Linphone",
    example: "reported-audio/getstats-console-js.txt",
  },
  {
    name: "a voice relay's counters",
    from: "rtpengine's last lines of a call or its `query`, rtpproxy",
    example: "reported-audio/rtpengine-dump-private.txt",
  },
  {
    name: "streams of voice",
    from: "`tshark -q -z rtp,streams`, Wireshark, `tcpdump`",
    example: "reported-audio/tshark-z-streams-lossy.txt",
  },
  {
    name: "what a firewall drops",
    from: "the log of ufw, iptables, nft or MikroTik",
    example: "reported-audio/ufw-block-rtp.txt",
  },
  {
    name: "FreeSWITCH",
    from: "`sofia status profile internal reg`, `sofia status gateway`, `show registrations`",
    example: "pastes/sofia-status-registered.txt",
  },
  { name: "Kamailio", from: "`kamctl ul show`, `kamcmd ul.dump`", example: "pastes/kamctl-ul-show.txt" },
  { name: "OpenSIPS", from: "`ul_dump`, `reg_list`", example: "pastes/opensips-reg-list-registered.txt" },
  {
    name: "a PBX's page of extensions",
    from: "the table on its web page, selected and copied with the row that names the columns",
    example: "reported-registrars/yeastar-monitor-row.txt",
  },
  {
    name: "bans",
    from: "`fail2ban-client status`, `fail2ban-client banned`, `iptables -L -n`, the mail of a ban, a PBX's page of blocked addresses",
    example: "pastes/fail2ban-status.txt",
  },
  { name: "names", from: "`dig`, `nslookup`", example: "pastes/dns-dig-nxdomain.txt" },
  { name: "certificates", from: "`openssl s_client`", example: "pastes/openssl-s-client-name.txt" },
];

const INTRO = `# What to paste, and how to get it

\`explain_sip_log\` reads what people have at hand: ask your assistant "what does this log say?" and paste it, or run
\`telzino-sip-mcp explain FILE\` ([captures.md](captures.md)). This page lists what is read, and where each PBX has it. It is generated:
change \`src/presets/systems/\`, \`src/logs/formats/\` or \`scripts/docs/pasting.ts\`, then run \`npm run docs\`.

- **Paste it as it is**, from before the failed try to after it, up to 60,000 characters; what is longer goes into a file. Quote
  marks of a mail, prefixes of containers and loggers, HTML, JSON, colours and wrapped lines do no harm.
- **Addresses may stay.** Known secrets (passwords, digest responses, tokens) and phone numbers are removed from the answer.
- **A line that is not understood is counted** and never guessed.
- **For a registration**: the REGISTER with its answers, or the PBX's lines of that minute. **For a call without sound**: counters taken
  during the call, or a capture that was not filtered by port.`;

/**
 * The page, ending in a line feed.
 *
 * @param writers whose lines are read.
 */
export function renderPasting(presets: readonly Preset[], writers: readonly string[]): string {
  return `${[
    INTRO,
    "## SIP messages",
    forms(TRACES),
    "## Tables and answers to commands",
    forms(TABLES),
    "## Lines of a log",
    `Single lines of these programs are known: ${writers.join(", ")}. Another client's line is read if it names a SIP code beside its words.`,
    "## On each PBX",
    `Each line ends with where it comes from, a link if it was read there, and how far it can be trusted ([presets.md](presets.md)).
*Not confirmed* is ordinary practice: look on your system.`,
    systems(presets),
  ].join("\n\n")}\n`;
}

function forms(rows: readonly PasteForm[]): string {
  return [
    "| what | from | example |",
    "| --- | --- | --- |",
    ...rows.map(({ name, from, example }) => `| ${name} | ${from} | [paste](../test/unit/logs/${example}) |`),
  ].join("\n");
}

/** Systems on which something can register, in the catalogue's order; those with the same lines share a row. */
function systems(presets: readonly Preset[]): string {
  const rows = new Map<string, string[]>();
  for (const preset of presets) {
    if (preset.registers === "no" && preset.evidence.length === 0) continue;
    const of = (...kinds: EvidenceSource["gives"][]) =>
      preset.evidence
        .filter(({ gives }) => kinds.includes(gives))
        .map((one) => told(preset, one))
        .join("<br>");
    const cells = `${of("log", "both")} | ${of("capture") || "the same"}`;
    rows.set(cells, [...(rows.get(cells) ?? []), `[${literal(preset.name)}](presets.md#${preset.id})`]);
  }
  return [
    "| System | Log or trace | Capture |",
    "| --- | --- | --- |",
    ...[...rows].map(([cells, names]) => `| ${names.join(", ")} | ${cells} |`),
  ].join("\n");
}

function told(preset: Preset, { text, source, confidence }: EvidenceSource): string {
  const url = preset.sources[source]?.url;
  const from =
    url === undefined
      ? confidence === "low"
        ? "*not confirmed*"
        : confidence
      : `[${confidence}](${url.replaceAll("&", "&amp;")})`;
  return `${literal(text)} (${from})`;
}
