import { Buffer } from "node:buffer";
import { VERSION } from "../base/version.js";
import {
  answerChallenge,
  type DigestChallenge,
  Headers,
  newBranch,
  newCallId,
  newTag,
  type SipRequest,
  writeNameAddr,
  writeVia,
} from "../sip/index.js";
import type { Way } from "./reach.js";
import { aorOf, authUserOf, registrarUri } from "./record.js";
import type { StoredSip } from "./store.js";

/** OpenSIPS builds Contact and Authorization in a buffer of this size, and does not look whether they fit. Bytes. */
const HEADER_BUFFER = 512;

/** The headers did not fit: a process of OpenSIPS has died of signal 7, and the whole server stops. */
export class RegistrantCrash extends Error {
  override readonly name = "RegistrantCrash";
}

/** What the REGISTERs of a record share until one has failed: Call-ID, From tag and the count of CSeq. */
export class RegisterDialog {
  readonly callId: string;
  readonly tag = newTag();
  #sequence = 0;

  constructor(localAddress: string) {
    this.callId = newCallId(localAddress);
  }

  next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }
}

export interface RegisterParts {
  readonly settings: StoredSip;
  readonly way: Way;
  readonly dialog: RegisterDialog;
  /** Seconds; 0 un-registers. */
  readonly expires: number;
  readonly challenge: DigestChallenge | undefined;
}

/**
 * A REGISTER as OpenSIPS writes it: the registrar's URI for Request-URI, the AOR in From and To, the expiry only in
 * the Contact, no Route, a Via without `rport` (RFC 3581), and 1 for each nonce's count.
 *
 * @throws SipSerializeError, DigestError.
 */
export function buildRegister({ settings, way, dialog, expires, challenge }: RegisterParts): SipRequest {
  const uri = registrarUri(settings);
  const aor = aorOf(settings);
  const contact = writeNameAddr({ uri: way.contact, params: new Map([["expires", String(expires)]]) });
  const headers = new Headers([
    ["Via", viaOf(way)],
    ["To", writeNameAddr({ uri: aor })],
    ["From", writeNameAddr({ uri: aor, params: new Map([["tag", dialog.tag]]) })],
    ["CSeq", `${dialog.next()} REGISTER`],
    ["Call-ID", dialog.callId],
    ["Max-Forwards", "70"],
    ["User-Agent", `telzino-sip-mcp/${VERSION}`],
    ["Contact", contact],
  ]);
  if (challenge !== undefined) {
    const { name, value } = answerChallenge({
      challenge,
      method: "REGISTER",
      uri,
      username: authUserOf(settings),
      password: settings.password,
      body: Buffer.alloc(0),
    });
    headers.append(name, value);
  }
  return { kind: "request", method: "REGISTER", uri, headers, body: Buffer.alloc(0) };
}

/** Whether OpenSIPS writes it past its buffer: the request goes out whole, and the process that has sent it dies. */
export function overflows({ headers }: SipRequest): boolean {
  const written = ["Contact", "Authorization", "Proxy-Authorization"].flatMap((name) =>
    headers.all(name).map((value) => `${name}: ${value}\r\n`),
  );
  return Buffer.byteLength(written.join("")) > HEADER_BUFFER;
}

function viaOf({ flow }: Way): string {
  return writeVia({
    transport: flow.transport.toUpperCase(),
    host: flow.local.address,
    port: flow.local.port,
    params: new Map([["branch", newBranch()]]),
  });
}
