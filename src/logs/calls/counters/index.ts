import type { LogEvent } from "../../event.js";
import type { CallFact } from "../fact.js";
import { readAsteriskQos } from "./asterisk-qos.js";
import { readChanSipMedia } from "./chan-sip-media.js";
import { readChannelStats } from "./channel-stats.js";
import { readCiscoActiveVoice } from "./cisco-active-voice.js";
import { readClosedPorts } from "./closed-ports.js";
import { readCodecCompare } from "./codec-compare.js";
import type { Counted, CountedVoice } from "./counted.js";
import { readDialogs } from "./dialogs.js";
import { readFirewallDrops } from "./firewall-drops.js";
import { readFirewallStates } from "./firewall-states.js";
import { readFlowRtp } from "./flow-rtp.js";
import { readFreeswitchMedia } from "./freeswitch-media.js";
import { readLinphoneBandwidth } from "./linphone-bandwidth.js";
import { readLivekitStats } from "./livekit-stats.js";
import { readLoggedSdp } from "./logged-sdp.js";
import { readLossReports } from "./loss-reports.js";
import { readNamedCounters } from "./named-counters.js";
import { readPublishedPorts } from "./published-ports.js";
import { readRelayFields } from "./relay-fields.js";
import { readRelayPorts } from "./relay-ports.js";
import { readRtpDebug } from "./rtp-debug.js";
import { readRtpPackets } from "./rtp-packets.js";
import { readRtpStreams } from "./rtp-streams.js";
import { readRtpproxy } from "./rtpproxy.js";
import { readStatistics } from "./statistics.js";
import { readStrictRtp } from "./strict-rtp.js";

const READERS: readonly ((lines: readonly string[]) => Counted)[] = [
  readAsteriskQos,
  readChanSipMedia,
  readChannelStats,
  readCiscoActiveVoice,
  readClosedPorts,
  readCodecCompare,
  readDialogs,
  readFirewallDrops,
  readFirewallStates,
  readFlowRtp,
  readFreeswitchMedia,
  readLinphoneBandwidth,
  readLivekitStats,
  readLoggedSdp,
  readLossReports,
  readNamedCounters,
  readPublishedPorts,
  readRelayFields,
  readRelayPorts,
  readRtpDebug,
  readRtpPackets,
  readRtpStreams,
  readRtpproxy,
  readStatistics,
  readStrictRtp,
];

/** Counters of voice packets in a paste, of whatever make, and session descriptions in the lines of a log. Lines are counted from 1. */
export function findCounters(lines: readonly string[]): {
  facts: readonly CallFact[];
  events: readonly LogEvent[];
  lines: ReadonlySet<number>;
  /** Empty, where something about voice is wrong. */
  voice: readonly CountedVoice[];
} {
  const reads = READERS.map((read) => read(lines));
  return {
    facts: reads.flatMap(({ facts }) => facts),
    voice: reads.some(({ facts }) => facts.length > 0) ? [] : reads.flatMap(({ voice = [] }) => voice),
    events: reads.flatMap(({ events }) => events),
    lines: new Set(reads.flatMap((read) => [...read.lines])),
  };
}
