import { CAPS, DEFAULT_LIMITS } from "../../src/diagnosis/limits.js";
import { type Rule, TOPICS, type Topic } from "../../src/diagnosis/rules/rule.js";

/** The diagnosis as Markdown, for `docs/diagnosis.md`; pure, so that a test can compare the file with it. */

const INTRO = `# Diagnosis from the wire

What \`diagnose_sip_registration\` and \`telzino-sip-mcp diagnose\` look at, what they cannot see, and every finding
that they can make, with its fix. This file is generated; change the rules in \`src/diagnosis/rules/\`
and what answers mean in \`src/answers/\`, not this file.

    telzino-sip-mcp diagnose pbx.example.com --user 1001 --transport tls --port 5061

The exit code is 0 for proven, 1 for a problem, 2 for wrong usage, 3 for not proven. \`--json\` prints the
report for a program, \`--detail\` the messages in full.

## What a verdict rests on

| Verdict | Rests on |
| --- | --- |
| proven: the login is accepted | A challenge that was answered with the credentials, and a 200 to that. |
| proven: the registration is taken | A test binding: a 200 that lists our Contact with an expiry above 0. |
| proven: the platform is registered | Every sample of the status says so and its last REGISTER is at most an hour old. It is told as of that REGISTER: whether the PBX still has the binding was not looked at. |
| problem | A finding above info. Such as: the platform's status says that it failed (a warning or worse by itself); a host that the preset or the catalogue knows to have no registrar; another device in the agent's place, where an accepted login lists the bindings. |
| not proven | Everything else, a 200 without a challenge, a 202, and what was seen inside the PBX's own network among it. The verdict says what is missing, and how it is had. |

| Who judges | What it has, and where it says it |
| --- | --- |
| \`diagnose_sip_registration\`, the command | All of the above. With an agent whose state is neither registered nor failed, an accepted login alone proves nothing of the agent. \`outcome\`, \`verdict\`, \`missing\`; the exit code. |
| \`get_sip_status\` | The status and the stored settings. Registered is proven by the state REGISTERED_STATE, with nothing in the status against it and a REGISTER of the last hour. A state that is not known is told by its name and proves nothing; nor does anything while no registration is stored. \`outcome\`, \`verdict\`, \`missing\`. |
| \`configure_sip_registration\` | The same, and the status before the change: only one that has moved since counts, and only if the settings are still the stored ones when they are read back. Nothing is proven before it has written. \`verdictOutcome\`, \`verdict\`, \`missing\`. |
| the password page | What the call behind it judges, in the person's language. |

## What is checked

| Check | What is done |
| --- | --- |
| settings | The values are looked over as before a configuration, with what the preset of the PBX needs. |
| name | The way of RFC 3263: NAPTR, SRV, A and AAAA, each question with its answer. What DNS advertises is compared with a given port and transport. AAAA beside A, and NAPTR and SRV beside a port, are not waited for. |
| reach | Up to ${CAPS.tried} addresses: TCP and TLS connections, over UDP a request; refused, silent, unreachable or open, and in what time. |
| tls | The handshake (TLS 1.2 or newer) and the certificate: name by the rules of SIP and of the web, dates, chain, each on its own. After a failed handshake a second look tells old TLS and plain SIP. A certificate that holds is compared with the one that is shown without a server name (SNI), since OpenSIPS sends none; where only the handshake without one comes about, or only its certificate is trusted, all else is asked over that one. |
| registrar | OPTIONS, From the account's own user, and a REGISTER without Contact and without credentials: who answers, challenge, realm, algorithms, codes. Where there is one address and no password, REGISTER goes first, and OPTIONS is left out if it is challenged, so that a test of the password after it stays within what PBXs allow. |
| other endpoints | Only when nothing answers: udp and tcp 5060, tls 5061, the preset's own, what DNS advertises, and the given port with the other transports. Those over tcp and tls also when answers over udp come back rewritten. |
| credentials | Only on request: user and password in one REGISTER without Contact, a query that binds nothing (RFC 3261 10.2.3). It lists who is registered now. |
| path | The address that the PBX saw, and headers that came back rewritten. |
| platform | With an agent: several samples of its status over ${DEFAULT_LIMITS.platform / 1_000} s, two fifths of that where they agree, and its call log. |

All of it ends within ${DEFAULT_LIMITS.total / 1_000} s, where nothing is heard of the PBX within ${DEFAULT_LIMITS.dead / 1_000} s, and the questions to DNS within ${DEFAULT_LIMITS.name / 1_000} s. Of what DNS says, one diagnosis asks about ${CAPS.names} names, follows
${CAPS.targets} SRV targets (and as many that a given port or transport rules out) and takes ${CAPS.addresses} addresses, of which it tries ${CAPS.tried}; what is left out is named in the report.

A PBX that answers all that it is asked is through in a second and a half and the time that it takes itself. What stays without an answer is
waited for, since a slow PBX is not a dead one: a REGISTER ${DEFAULT_LIMITS.register / 1_000} s, a TLS handshake with the server's name ${DEFAULT_LIMITS.handshake / 1_000} s before the one without it takes
its place, a test binding and its removal until ten seconds are over.

## What it does not do

- It does not scan: only the named host and the few endpoints above, and nothing below port 1024 but 443.
- It registers nothing. \`--test-binding\`, on the command line alone, registers one Contact of its own for two minutes and
  removes that one; never \`Contact: *\`.
- It never answers a challenge to OPTIONS, follows no redirect, tries no other user and no variant of a password.
- Credentials are sent once. A nonce that is called stale is answered once more, and a second realm once. A refused
  password is not sent again unless that is asked for (\`force\`), and after two tries that were not accepted
  it waits until ten minutes have passed: PBXs ban after a few refusals. Only a keyed hash of it is remembered, in memory.
- After a failed check of the certificate no credentials are sent, unless that is asked for (\`ignoreCertificate\`).
- A wrong password of a known user costs one failed login in the PBX's log, and a run without credentials none. Without
  a user one anonymous OPTIONS is sent; some PBXs count that, and every request in the name of a user that they do not know.
- What its runs may cost in failed logins stays below five within ten minutes at one address, where bans begin: OPTIONS
  is left out once something may have counted, then credentials, then the REGISTER, and the report says so. What was not
  answered, or was accepted, does not count. Asterisk's PJSIP counts most, and its nonces tell it also under another name; a
  PBX that is neither known by name nor by its nonces is taken to count a refused login once, so that a corrected password
  can be tested at once. The command \`diagnose\` starts anew each time and remembers nothing,
  so it has no \`force\`, and between two commands that care is yours.

## What it cannot see

- It looks from the machine on which it runs. The platform registers from its own network: a firewall, an access list or
  a ban may treat the two differently. Each finding says from where it was seen.
- It asks DNS, by the system's DNS servers, and reads this machine's hosts file; the hosted server does not read that
  file. Names that only mDNS (\`.local\`), NetBIOS or a search domain makes known are not found, as from the platform.
- The platform's status carries no SIP code and no reason.
- A code alone gives no verdict: 403 is a wrong password on chan_sip and FreeSWITCH, and a full or missing AOR on PJSIP. It
  takes the code, whether it came before or after the credentials, and who answered. Where several readings remain,
  all are named.
- A Server header can be changed, or belong to a proxy in front of the PBX.
- A query cannot show that an extension's places are all taken: that takes a registration.
- Voice is heard in the PBX's echo test alone, on request (\`media\`): see [calls](calls.md). The calls of the agent are not.

## Findings

**Severity.** critical: with this it cannot work. warning: it may work, but it is wrong or risky. info: nothing
has to be done. A finding may be graver or lighter in a case than its usual severity, which stands here.
**Confidence.** high: the evidence leaves no other reading. medium: the likeliest of few. low: worth a look.
The first finding is the gravest and surest one; one that explains others takes their place.
Where the PBX is known, the fix begins with what its preset says.`;

/** Every rule by topic, ending in a line feed. */
export function renderDiagnosis(rules: readonly Rule[]): string {
  const topics = Object.keys(TOPICS) as Topic[];
  return `${[INTRO, ...topics.map((topic) => section(topic, rules))].join("\n\n")}\n`;
}

function section(topic: Topic, rules: readonly Rule[]): string {
  const own = rules.filter((rule) => rule.topic === topic);
  return [`### ${TOPICS[topic]}`, ...own.map(entry)].join("\n\n");
}

function entry({ id, title, severity, seen, cause, fix, seenFrom = "this machine" }: Rule): string {
  return [
    `#### \`${id}\``,
    "",
    `**${literal(title)}** (${severity}, seen from ${seenFrom})`,
    "",
    `- Seen: ${literal(seen)}`,
    `- Cause: ${literal(cause)}`,
    `- Fix: ${literal(fix)}`,
  ].join("\n");
}

/** Text as text: no HTML and no emphasis. */
function literal(text: string): string {
  return text.replace(/[*_<>|`]/g, (character) =>
    character === "<" ? "&lt;" : character === ">" ? "&gt;" : `\\${character}`,
  );
}
