import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CaptureReader, isCapture } from "../captures/index.js";
import { notFromCaller } from "../redaction/untrusted.js";
import { LogFileError, type LogSource, MAX_FILE, TOO_LARGE } from "./log-source.js";
import { withPlaces } from "./places.js";
import { type CaptureReport, readCapture } from "./read-capture.js";
import type { LogReport } from "./read-log.js";
import { TextTail } from "./text-tail.js";

export interface SourceOptions {
  readonly username?: string;
  readonly presetId?: string;
  readonly maxEvents?: number;
}

/** How a source is read. */
export interface SourceWatch {
  readonly signal: AbortSignal;
  /** Bytes that are read at most, also unpacked: 200 MB unless given. */
  readonly most?: number;
  /** Bytes of the file so far, and of all, where that is known. */
  readonly progress?: (done: number, total: number | undefined) => void;
  /** Reads a text; beside the event loop, where that can be. */
  readonly readText: (text: string, options: SourceOptions, signal: AbortSignal) => Promise<LogReport>;
}

/** A report with what limits it, where it came from a file. */
export type SourceReport = LogReport &
  Partial<Pick<CaptureReport, "capture">> & { readonly notes: readonly string[] };

/** Bytes between two words on how far it is. */
const PROGRESS_STEP = 4_194_304;
/** The beginnings of files that hold others. */
const PACKED: readonly (readonly [start: string, name: string])[] = [
  ["504b0304", "a zip archive"],
  ["377abcaf", "a 7z archive"],
  ["fd377a58", "packed with xz"],
  ["28b52ffd", "packed with zstd"],
  ["425a68", "packed with bzip2"],
  ["52617221", "a rar archive"],
];
const GZIP = "1f8b";

/**
 * Reads a text, .pcap or .pcapng, also gzipped, piece by piece in bounded memory; of a long text its end.
 *
 * @throws LogFileError, the signal's reason, and what `readText` throws.
 */
export async function readSource(
  source: LogSource,
  options: SourceOptions,
  watch: SourceWatch,
): Promise<SourceReport> {
  return fromFile(await readAny(source, options, watch));
}

/** Who named the file need not know what is in it: configured secrets are looked for, as in what a PBX says. */
function fromFile<Value>(value: Value): Value {
  if (typeof value === "string") return notFromCaller(value) as Value;
  if (Array.isArray(value)) return value.map(fromFile) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromFile(inner)])) as Value;
}

async function readAny(source: LogSource, options: SourceOptions, watch: SourceWatch): Promise<SourceReport> {
  const counted = watched(source, watch);
  const [first, rest] = await beginningOf(counted);
  if (first.length === 0) throw new LogFileError("there is nothing in it");
  if (startsWith(first, GZIP)) {
    const unpacked = unpack(first, rest, watch.most ?? MAX_FILE);
    const [inner, more] = await beginningOf(unpacked.chunks);
    if (inner.length === 0) throw new LogFileError("there is nothing in it that could be unpacked");
    if (startsWith(inner, GZIP)) throw new LogFileError("it is packed twice: unpack it once first");
    return withNote(await readPlain(inner, more, options, watch), unpacked.damage());
  }
  return readPlain(first, rest, options, watch);
}

async function readPlain(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  options: SourceOptions,
  watch: SourceWatch,
): Promise<SourceReport> {
  const packed = PACKED.find(([start]) => startsWith(first, start));
  if (packed) throw new LogFileError(`it is ${packed[1]}: unpack it first (only gzip is unpacked here)`);
  if (isCapture(first)) return readPackets(first, rest, options, watch);
  const text = new TextTail(first);
  for await (const chunk of rest) text.push(chunk);
  watch.signal.throwIfAborted();
  const read = text.end();
  const report = await watch.readText(read.text, options, watch.signal);
  const notes =
    read.linesBefore > 0
      ? [`The text is long: its last ${report.lines} lines were read, from line ${read.linesBefore + 1} on.`]
      : [];
  return { ...withPlaces(report, { word: "line", shift: read.linesBefore }), notes };
}

async function readPackets(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  options: SourceOptions,
  { signal }: SourceWatch,
): Promise<SourceReport> {
  const reader = new CaptureReader(first);
  reader.feed(first);
  for await (const chunk of rest) {
    reader.feed(chunk);
    if (reader.isDone) break;
  }
  signal.throwIfAborted();
  const report = await readCapture(reader.finish(), options);
  return { ...report, notes: report.capture.notes };
}

function withNote(report: SourceReport, damage: string | undefined): SourceReport {
  return damage === undefined ? report : { ...report, notes: [damage, ...report.notes] };
}

/** The same pieces, counted and told of, until the signal ends it. */
async function* watched(
  { chunks, size }: LogSource,
  { signal, progress, most = MAX_FILE }: SourceWatch,
): AsyncGenerator<Buffer, void, undefined> {
  let [done, told] = [0, 0];
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    done += chunk.length;
    if (done > most) throw new LogFileError(`it has ${TOO_LARGE}`);
    if (done - told >= PROGRESS_STEP) {
      told = done;
      progress?.(done, size);
    }
    yield chunk;
  }
}

/** How many bytes show what a file is. */
const BEGINNING = 4_096;

async function beginningOf(chunks: AsyncIterable<Buffer>): Promise<[Buffer, AsyncIterable<Buffer>]> {
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  for (let length = 0; length < BEGINNING; ) {
    const { done, value } = await iterator.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  return [Buffer.concat(parts), { [Symbol.asyncIterator]: () => iterator }];
}

function startsWith(bytes: Buffer, hex: string): boolean {
  return bytes.subarray(0, hex.length / 2).toString("hex") === hex;
}

/** What is packed in gzip; what comes before a damage counts. */
function unpack(first: Buffer, rest: AsyncIterable<Buffer>, most: number) {
  let damage: string | undefined;
  async function* packed() {
    yield first;
    yield* rest;
  }
  async function* chunks(): AsyncGenerator<Buffer, void, undefined> {
    const input = Readable.from(packed(), { objectMode: false });
    const gunzip = input.pipe(createGunzip({ chunkSize: 262_144 }));
    // What ends the reading of the file ends the unpacking of it.
    input.on("error", (error) => gunzip.destroy(error));
    let size = 0;
    try {
      for await (const chunk of gunzip) {
        size += chunk.length;
        if (size > most) throw new LogFileError(`unpacked it has ${TOO_LARGE}`);
        yield chunk;
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      damage = "The gzip data breaks off or is damaged; what came before counts.";
    } finally {
      input.destroy();
      gunzip.destroy();
    }
  }
  return { chunks: chunks(), damage: () => damage };
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^Z_/.test(String(error.code));
}
