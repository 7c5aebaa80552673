import { readBannedAddresses } from "./banned-addresses.js";
import { readBannedPages } from "./banned-pages.js";
import { readCallRecords } from "./call-records.js";
import { readDialplanEnds } from "./dialplan-ends.js";
import { readDnsLookups } from "./dns-lookups.js";
import { readExtensionPages } from "./extension-pages.js";
import { readFailedCalls } from "./failed-calls.js";
import { readHttpAnswers } from "./http-answers.js";
import { readKeptRegistrations } from "./kept-registrations.js";
import { readManagerEvents } from "./manager-events.js";
import { readPjsipNothing } from "./pjsip-nothing.js";
import { readRegistrants } from "./registrants.js";
import { readShowRegistrations } from "./show-registrations.js";
import { readSipShowPeer } from "./sip-show-peer.js";
import { readSofiaStatus } from "./sofia-status.js";
import type { TableRead } from "./table-read.js";
import { readUserLocation } from "./user-location.js";

type TableReader = (lines: readonly string[]) => TableRead;

const READERS: readonly TableReader[] = [
  readSofiaStatus,
  readUserLocation,
  readPjsipNothing,
  readHttpAnswers,
  readRegistrants,
  readKeptRegistrations,
  readSipShowPeer,
  readShowRegistrations,
  readBannedAddresses,
  readBannedPages,
  readExtensionPages,
  readFailedCalls,
  readCallRecords,
  readDialplanEnds,
  readDnsLookups,
  readManagerEvents,
];

/** Tables of state in a paste. Events have the index of their line, counted from 1. */
export function findTables(lines: readonly string[]): TableRead {
  const reads = READERS.map((read) => read(lines));
  return {
    events: reads.flatMap(({ events }) => events),
    lines: new Set(reads.flatMap((read) => [...read.lines])),
  };
}
