import type { LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/**
 * Calls that Asterisk's dialplan ends by itself before it calls anyone, as the console shows them step by step. What is left out at the
 * beginning may have called someone: only channels count whose first step is in the paste.
 */

const STEP =
  /Executing \[(?<extension>[^@\]\s]{1,80})@(?<context>[\w-]{1,80}):(?<priority>\d{1,4})\] (?<application>[A-Za-z]{2,30})\("(?<channel>[^"]{3,160})"/;
/** These call, answer, announce, or hand the call to something that does. */
const DOES_SOMETHING =
  /^(?:Dial|Queue|Answer|Playback|Background|Read|VoiceMail|Voicemail|VoiceMailMain|ConfBridge|MeetMe|Page|Stasis|Park|ParkedCall|Echo|Record|Festival|Followme|FollowMe|Directory|Bridge|ChanSpy|Pickup|SLAStation|DISA|Transfer|MusicOnHold|Milliwatt|SayDigits|SayNumber|Progress|Ringing|EAGI|AudioSocket|ExternalIVR)$/;
const ENDS = /^(?:Hangup|Congestion|Busy)$/;
/** Where a call is cleared up after its end. */
const AFTERWARDS = /hangup|missedcall/i;
const MOST = 2_000;

interface Channel {
  readonly fromBeginning: boolean;
  does: boolean;
  ended: boolean;
}

export function readDialplanEnds(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  const channels = new Map<string, Channel>();
  for (const [index, line] of lines.entries()) {
    if (!line.includes("Executing [") || channels.size >= MOST) continue;
    const {
      extension,
      context = "",
      priority,
      application = "",
      channel = "",
    } = STEP.exec(line)?.groups ?? {};
    if (extension === undefined) continue;
    const known = channels.get(channel) ?? {
      fromBeginning:
        priority === "1" && !/^(?:h|i|t|s-.{0,20})$/.test(extension) && !/^macro-|^sub-/.test(context),
      does: false,
      ended: false,
    };
    channels.set(channel, known);
    if (DOES_SOMETHING.test(application)) known.does = true;
    const afterwards = extension === "h" || AFTERWARDS.test(context);
    if (!ENDS.test(application) || afterwards || known.does || known.ended || !known.fromBeginning) continue;
    known.ended = true;
    used.add(index);
    events.push({
      dialect: "asterisk",
      kind: "call-ended-by-dialplan",
      line: index + 1,
      detail: application,
    });
  }
  return { events, lines: used };
}
