import type { SipMessage } from "../../sip/index.js";
import { type CallView, partyOfSender } from "./call-view.js";
import { ENOUGH, NAT_HINT } from "./counters/counted.js";
import type { CallFact } from "./fact.js";
import { partyWords } from "./parties.js";

/**
 * What a telephone or gateway writes on the voice of a call into its BYE, or its answer to one: `X-RTP-Stat` and
 * `P-RTP-Stat` (AudioCodes, Poly, Yealink, TelcoBridges), `RTP-RxStat` and `RTP-TxStat` (Cisco). It counts for its side.
 */

/** Of so many packets the lost ones can be heard, from so many percent on. */
const MANY = 200;
const LOSSY = 5;

interface Counts {
  readonly sent?: number;
  readonly got?: number;
  readonly lost?: number;
}

export function byeStatistics(view: CallView): CallFact[] {
  const { bye } = view;
  if (bye === undefined) return [];
  const told = [
    ...(bye.request === undefined ? [] : [{ traced: bye.request, byCaller: bye.byCaller }]),
    ...bye.finals.slice(0, 1).map((traced) => ({ traced, byCaller: !bye.byCaller })),
  ];
  return told.flatMap(({ traced, byCaller }) => {
    const counts = countsOf(traced.message);
    const fact = counts && factOf(counts, partyWords(partyOfSender(view, byCaller)));
    return fact === undefined ? [] : [{ ...fact, line: traced.line, users: [view.callee] }];
  });
}

function countsOf({ headers }: SipMessage): Counts | undefined {
  const whole = headers.get("X-RTP-Stat") ?? headers.get("P-RTP-Stat");
  if (whole !== undefined)
    return {
      ...numbered("sent", whole, "PS"),
      ...numbered("got", whole, "PR"),
      ...numbered("lost", whole, "PL"),
    };
  const [received, sent] = [headers.get("RTP-RxStat"), headers.get("RTP-TxStat")];
  if (received === undefined || sent === undefined) return undefined;
  return {
    ...numbered("sent", sent, "Pkt"),
    ...numbered("got", received, "Pkt"),
    ...numbered("lost", received, "LostPkt"),
  };
}

function numbered(as: keyof Counts, text: string, name: string): Counts {
  const field = text
    .slice(0, 1_000)
    .split(/[,;\s]/)
    .find((each) => each.startsWith(`${name}=`));
  const value = /=(\d{1,9})$/.exec(field ?? "")?.[1];
  return value === undefined ? {} : { [as]: Number(value) };
}

function factOf({ sent, got, lost = 0 }: Counts, who: string): Omit<CallFact, "line" | "users"> | undefined {
  if (sent === undefined || got === undefined) return undefined;
  const seen = `${who} counts at the end of the call: sent ${sent}, received ${got} packets of voice`;
  const common = { seen, confidence: "medium", hint: NAT_HINT } as const;
  if (got === 0 && sent >= ENOUGH) return { ...common, id: "one-way-audio" };
  if (sent === 0 && got >= ENOUGH)
    return {
      ...common,
      id: "one-way-audio",
      cause: "The side that counted has sent nothing: no microphone, mute without comfort noise, or on hold.",
    };
  const share = (100 * lost) / Math.max(1, got + lost);
  if (got < MANY || share < LOSSY) return undefined;
  return { id: "packets-lost", seen: `${seen}, ${lost} lost`, confidence: "medium" };
}
