/** Every REGISTER gets this final answer. */
export interface SippAnswer {
  readonly status: number;
  readonly reason: string;
  /** Whole header lines: `Retry-After: 30`. */
  readonly headers?: readonly string[];
}

/** A challenge, and SIPp's own check of the answer to it: 200 for the right password, 403 for another. */
export interface SippVerify {
  readonly username: string;
  readonly password: string;
  /** Without quotes in it: SIPp does not unescape. */
  readonly realm: string;
  /** SIPp 3.6 checks MD5 only. */
  readonly algorithm?: "MD5" | "SHA-256";
  /** Left out for the form without qop of RFC 2069. */
  readonly qop?: string;
}

export type SippBehaviour = SippAnswer | SippVerify | "silent";

export function silentScenario(): string {
  return document("silent", '<recv request="REGISTER"/><pause milliseconds="60000"/>');
}

export function answerScenario({ status, reason, headers = [] }: SippAnswer): string {
  return document("one answer", `<recv request="REGISTER"/>${reply(status, reason, headers)}`);
}

export function verifyScenario({ username, password, realm, algorithm, qop }: SippVerify): string {
  const challenge = [`Digest realm="${realm}"`, 'nonce="n[call_number]x[pid]"', 'opaque="o,p"'];
  if (algorithm) challenge.push(`algorithm=${algorithm}`);
  if (qop) challenge.push(`qop="${qop}"`);
  const credentials = `username="${attribute(username)}" password="${attribute(password)}"`;
  return document(
    "challenge and check",
    `<recv request="REGISTER"/>
${reply(401, "Unauthorized", [`WWW-Authenticate: ${challenge.join(", ")}`])}
<recv request="REGISTER"><action>
<verifyauth assign_to="good" ${credentials}/>
<ereg regexp="sip" search_in="hdr" header="Contact:" assign_to="contact"/>
</action></recv>
<nop hide="true" test="good" next="1"/>
${reply(403, "Forbidden", [], ' next="3"')}
<label id="1"/>
<nop hide="true" test="contact" next="2"/>
${reply(200, "OK", [], ' next="3"')}
<label id="2"/>
${reply(200, "OK", ["[last_Contact:];expires=77"])}
<label id="3"/>`,
  );
}

function document(name: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="${name}">
${body}
</scenario>
`;
}

/** SIPp checks the status when it reads the scenario, so it can't be one of its keywords. */
function reply(status: number, reason: string, headers: readonly string[], attributes = ""): string {
  const lines = [
    `SIP/2.0 ${status} ${reason}`,
    "[last_Via:]",
    "[last_From:]",
    "[last_To:];tag=[pid]F[call_number]",
    "[last_Call-ID:]",
    "[last_CSeq:]",
    ...headers,
    "Content-Length: 0",
  ];
  return `<send${attributes}>\n<![CDATA[\n${lines.join("\n")}\n\n]]>\n</send>`;
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
