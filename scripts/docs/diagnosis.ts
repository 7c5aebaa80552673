import { CAPS, DEFAULT_LIMITS } from "../../src/diagnosis/limits.js";
import { type Rule, TOPICS, type Topic } from "../../src/diagnosis/rules/rule.js";

/** The diagnosis as Markdown, for `docs/diagnosis.md`; pure, so a test can compare the file with it. */

const INTRO = `# Diagnosis from the wire

What \`diagnose_sip_registration\` and \`telzino-sip-mcp diagnose\` check, what they cannot see, and every finding
they can report, with its fix. This file is generated; change the rules in \`src/diagnosis/rules/\`
and what answers mean in \`src/answers/\`, not this file.

    telzino-sip-mcp diagnose pbx.example.com --user 1001 --transport tls --port 5061

The exit code is 0 for proven, 1 for a problem, 2 for wrong usage, 3 for not proven. \`--json\` prints the
report for a program, and \`--detail\` adds the full messages.

## Verdicts

| Verdict | Based on |
| --- | --- |
| proven: the login is accepted | A challenge answered with the credentials, and a 200 to that. |
| proven: the registration is accepted | A test binding: a 200 that lists our Contact with an expiry above 0. |
| proven: the platform is registered | Every sample of the status says so and its last REGISTER is at most an hour old. This holds as of that REGISTER: whether the PBX still has the binding was not checked. |
| problem | A finding above info, for example: the platform's status says that it failed (a warning or worse by itself); the preset or the catalogue knows that the host has no registrar; an accepted login lists the bindings, and another device is in the agent's place. |
| not proven | Everything else, including a 200 without a challenge, a 202, and anything seen only from inside the PBX's own network. The verdict says what is missing, and how to get it. |

| Judged by | From what, and in which fields |
| --- | --- |
| \`diagnose_sip_registration\`, the command | All of the above. For an agent whose state is neither registered nor failed, an accepted login by itself proves nothing about the agent. \`outcome\`, \`verdict\`, \`missing\`; the exit code. |
| \`get_sip_status\` | The status and the stored settings. Registered is proven by the state REGISTERED_STATE, if nothing in the status contradicts it and the last REGISTER is less than an hour old. An unknown state is reported by its name and proves nothing; while no registration is stored, nothing does. \`outcome\`, \`verdict\`, \`missing\`. |
| \`configure_sip_registration\` | The same, and the status before the change: only a status that has moved since counts, and only if reading the settings back returns what was stored. Nothing is proven before it has written. \`verdictOutcome\`, \`verdict\`, \`missing\`. |
| the password page | The judgement of the call behind it, in the person's language. |

## What is checked

| Check | What it does |
| --- | --- |
| settings | Checks the values as before a configuration, with the needs of the PBX's preset. |
| name | Resolves as in RFC 3263: NAPTR, SRV, A and AAAA, each query with its answer. Compares a given port and transport with what DNS advertises. Does not wait for AAAA if there is an A record, or for NAPTR and SRV if a port is given. |
| reach | Up to ${CAPS.tried} addresses: TCP and TLS connections, over UDP a request; refused, silent, unreachable or open, and how long it took. |
| tls | The handshake (TLS 1.2 or newer) and the certificate: name by the rules of SIP and of the web, dates, chain, each separately. After a failed handshake a second try detects old TLS and plain SIP. A valid certificate is compared with the one that is shown without a server name (SNI), because OpenSIPS sends none; if only the handshake without a name succeeds, or only its certificate is trusted, everything else uses that connection. |
| registrar | OPTIONS, From the account's own user, and a REGISTER without Contact and without credentials: who answers, challenge, realm, algorithms, codes. Where there is one address and no password, REGISTER goes first, and OPTIONS is left out if it is challenged, so a later test of the password stays within what PBXs allow. |
| other endpoints | Only when nothing answers: udp and tcp 5060, tls 5061, the preset's own, what DNS advertises, and the given port with the other transports. Those over tcp and tls are also tried when answers over udp come back rewritten. |
| credentials | Only on request: user and password in one REGISTER without Contact, a query that binds nothing (RFC 3261 10.2.3). It lists who is registered now. |
| path | The address that the PBX saw, and headers that were rewritten on the way. |
| platform | With an agent: several samples of its status over ${DEFAULT_LIMITS.platform / 1_000} s, two fifths of that where they agree, and its call log. |

A diagnosis ends within ${DEFAULT_LIMITS.total / 1_000} s, within ${DEFAULT_LIMITS.dead / 1_000} s if nothing is heard from the PBX; DNS queries get ${DEFAULT_LIMITS.name / 1_000} s. It looks up at most ${CAPS.names} names, follows
${CAPS.targets} SRV targets (and as many that a given port or transport rules out) and collects ${CAPS.addresses} addresses, of which it tries ${CAPS.tried}; the report names what was left out.

For a PBX that answers everything it takes a second and a half plus the PBX's own time. Unanswered requests are waited
for, because a slow PBX is not a dead one: a REGISTER ${DEFAULT_LIMITS.register / 1_000} s, a TLS handshake with the server's name ${DEFAULT_LIMITS.handshake / 1_000} s before one without it takes
its place, a test binding and its removal up to ten seconds in total.

## What it does not do

- It does not scan: only the named host and the few endpoints above, and nothing below port 1024 but 443.
- It registers nothing. \`--test-binding\`, only on the command line, registers its own Contact for two minutes and
  removes that one; never \`Contact: *\`.
- It never answers a challenge to OPTIONS, follows no redirect, tries no other user and no variant of a password.
- Credentials are sent once. A stale nonce is answered once more, and a second realm once. A refused
  password is not sent again unless you ask for it (\`force\`), and after two tries that were not accepted
  it waits until ten minutes have passed: PBXs ban after a few refusals. Only a keyed hash of it is kept, in memory.
- After a failed certificate check no credentials are sent, unless you ask for it (\`ignoreCertificate\`).
- A wrong password of a known user costs one failed login in the PBX's log, and a run without credentials none. Without
  a user one anonymous OPTIONS is sent; some PBXs count that, and every request in the name of a user that they do not know.
- Its runs cause fewer than five failed logins within ten minutes at one address, which is where bans begin: it leaves out
  OPTIONS once something may have counted, then credentials, then the REGISTER, and the report says so. Requests that were not
  answered, or were accepted, do not count. Asterisk's PJSIP counts most, and its nonces give it away even under another name; a
  PBX that neither its name nor its nonces identify is assumed to count a refused login once, so you can test a corrected
  password immediately. With PJSIP there is usually room for one run without and one with a login: after a
  refusal, a corrected password waits until the ten minutes are over, because PJSIP answers for an unknown user as for a known one, and
  two logins of an unknown user count as six failed ones. The platform's own attempts meanwhile count at a different
  address. The command \`diagnose\` starts over each time and remembers nothing, so it has no \`force\`, and you have to watch
  the count between two commands.

## What it cannot see

- It looks from the machine on which it runs. The platform registers from its own network: a firewall, an access list or
  a ban may treat the two differently. Each finding says from where it was seen.
- It queries the system's DNS servers and reads this machine's hosts file; the hosted server does not read that
  file. Names known only to mDNS (\`.local\`), NetBIOS or a search domain are not found; the platform cannot find them either.
- The platform's status carries no SIP code and no reason.
- A code by itself gives no verdict: 403 is a wrong password on chan_sip and FreeSWITCH, and a full or missing AOR on PJSIP. A verdict
  needs the code, whether it came before or after the credentials, and who answered. If several readings remain,
  all are listed.
- A Server header can be changed, or belong to a proxy in front of the PBX.
- A query cannot show that all contacts of an extension are taken: that takes a registration.
- Voice is tested only with the PBX's echo test, on request (\`media\`): see [calls](calls.md). The agent's calls are not heard.

## Findings

**Severity.** critical: it cannot work like this. warning: it may work, but it is wrong or risky. info: nothing
needs doing. In a given case a finding may be more or less severe than its usual severity, which is listed here.
**Confidence.** high: the evidence leaves no other reading. medium: the likeliest of few. low: worth a look.
The first finding is the most severe and most certain one; a finding that explains others replaces them.
If the PBX is known, the fix begins with what its preset says.`;

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
