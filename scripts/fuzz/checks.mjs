// What an input has to put up with: everything that reads a message. Throws when the parser does what it must not.
import assert from "node:assert/strict";

/** The engine, bundled from src/ by the script that runs this. */
const ENGINE = new URL("../../reports/fuzz/sip.mjs", import.meta.url);
const {
  formatTrace,
  parseCSeq,
  parseNameAddr,
  parseUri,
  parseWithNotes,
  readChallenges,
  readContacts,
  readCredentials,
  readVias,
  retryAfter,
  SipParseError,
  SipSerializeError,
  StreamFramer,
  sdpAudio,
  serializeMessage,
  shownText,
} = await import(ENGINE.href);

const NOWHERE = { address: "192.0.2.1", port: 5060 };
/** What a message may break when it is written again: UTF-8 that was invalid takes more bytes then. */
const GROWN = new Set(["too-large", "header-too-long"]);

/** The result, or the error where it is one of those that are meant. */
function allowed(read, ...errors) {
  try {
    return read();
  } catch (error) {
    if (errors.some((kind) => error instanceof kind)) return error;
    throw error;
  }
}

function readAll(message) {
  const { headers } = message;
  const readers = [
    () => readVias(headers),
    () => readContacts(headers),
    () => retryAfter(headers),
    () => parseUri(message.kind === "request" ? message.uri : (headers.get("Contact") ?? "")),
    () => sdpAudio(message.body),
    ...["From", "To", "Contact", "Route"].map((name) => () => parseNameAddr(headers.get(name) ?? "")),
    () => parseCSeq(headers.get("CSeq") ?? ""),
  ];
  for (const read of readers) allowed(read, SipParseError);
  // These two give a verdict whatever they are given.
  if (message.kind === "response") readChallenges(message);
  for (const value of headers.all("Authorization")) readCredentials(value);
  const entry = { kind: "message", direction: "received", transport: "udp", atMs: 0, message };
  const ladder = formatTrace([{ ...entry, local: NOWHERE, remote: NOWHERE }]);
  const shown = shownText(ladder, () => true);
  assert.doesNotMatch(shown, /[\u0000-\u0009\u000b-\u001f\u007f]/, "a control character is shown");
}

/** Written and read again it is the same message. */
function checkWriting(message) {
  const written = allowed(() => serializeMessage(message), SipSerializeError);
  if (written instanceof SipSerializeError) return;
  const read = allowed(() => parseWithNotes(written).message, SipParseError);
  if (read instanceof SipParseError) {
    assert.ok(GROWN.has(read.code), `cannot be read again: ${read.message}`);
    return;
  }
  const named = ({ headers }) => [...headers].filter(([name]) => !/^(?:content-length|l)$/i.test(name));
  assert.equal(read.kind, message.kind);
  assert.deepEqual(named(read), named(message), "other headers when read again");
  assert.ok(read.body.equals(message.body), "another body when read again");
}

function frame(chunks) {
  const framer = new StreamFramer();
  const events = [...chunks.flatMap((chunk) => framer.feed(chunk)), ...framer.end()];
  return events.map(
    ({ kind, message, error }) => `${kind} ${message?.body.length ?? ""} ${error?.code ?? ""}`,
  );
}

function pieces(bytes, random) {
  const chunks = [];
  const size = 1 + Math.floor(random() * (random() < 0.5 ? 8 : 2_000));
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** @returns how it ended, in a word: `message`, or the code of the error. */
export function check(bytes, random) {
  const result = allowed(() => parseWithNotes(bytes), SipParseError);
  if (!(result instanceof SipParseError)) {
    readAll(result.message);
    checkWriting(result.message);
  }
  assert.deepEqual(frame(pieces(bytes, random)), frame([bytes]), "framing depends on the chunks");
  return result instanceof SipParseError ? result.code : "message";
}
