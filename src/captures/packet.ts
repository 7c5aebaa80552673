import type { Buffer } from "node:buffer";

/** A packet as a capture holds it. */
export interface CapturedPacket {
  /** From 1, as Wireshark counts. */
  readonly number: number;
  /** Seconds since 1970, UTC; 0 where the capture gives none. */
  readonly time: number;
  /** LINKTYPE_… of tcpdump's list. */
  readonly linkType: number;
  /** What was kept of it, which a snapshot length may have cut. A view: it is not to be kept past the next one. */
  readonly bytes: Buffer;
}

/** Reads a capture file piece by piece. */
export interface CaptureFileReader {
  /** The packets that these bytes complete. Never throws: see `damage`. */
  feed(chunk: Buffer): Generator<CapturedPacket>;
  /** Why nothing more is read, where the file is damaged; also once it has ended in the middle of a packet. */
  readonly damage: string | undefined;
  /** To be called after the last bytes. */
  end(): void;
}

/** More than any network carries; a record that claims more is none. */
export const MAX_PACKET = 1_048_576;
