import { json } from "./api-stub.js";
import { lasted, type WireCall, wireCall } from "./call-log-stub.js";
import type { StoredApi } from "./stored-api.js";
import { AGENT, AGENT_ID, SIP } from "./telzino-client.js";

type Call = (
  kind: string,
  tool: string,
  args?: Record<string, unknown>,
) => Promise<{ facts: Record<string, unknown> }>;

const BOTH = ["agent", "user", "agent"];

/** Replies of `watch_test_call` of every kind, each of one look at the log. */
export async function everyKindOfWatch(api: StoredApi, call: Call): Promise<void> {
  const log = (...calls: WireCall[]) => api.stub.script(`GET ${AGENT}/call-logs`, json(200, { data: calls }));
  const watch = (kind: string, args: object = {}) =>
    call(kind, "watch_test_call", { agentId: AGENT_ID, waitSeconds: 0, ...args });
  const done = (speakers: readonly unknown[], more: object = {}) =>
    wireCall("new", -20, { speakers, ...lasted(12, -20), ...more });
  log();
  const { resume } = (await watch("no call")).facts;
  log(done(BOTH));
  await watch("not said what was heard", { resume });
  await watch("proven", { heard: "both", resume });
  await call("proven by a call", "get_sip_status", { agentId: AGENT_ID });
  await watch("proven, looking back", { heard: "both" });
  await watch("from another number", { heard: "both", resume, from: "1099" });
  await watch("cut off", { heard: "dropped", resume });
  await watch("nothing heard", { heard: "nothing", resume });
  await watch("no reaction", { heard: "only_agent", resume });
  await watch("never answered", { heard: "not_answered", resume });
  log(done(["agent"], lasted(30, -31)));
  await watch("platform hears nothing", { heard: "only_agent", resume });
  log(done(["user"]));
  await watch("agent silent", { resume });
  log(
    done(["agent", "somebody"], { transcript_json: undefined }),
    done(BOTH, { id: "s", session_data: { caller_id: "+15551234567" } }),
  );
  await watch("several", { heard: "both", resume });
  log(
    wireCall("new", -5, { speakers: ["agent", "somebody"] }),
    done(BOTH, { id: "w", room_name: "webRoom-1" }),
  );
  await watch("under way, another not over SIP", { resume });
  log(done(BOTH, { call_started_at: undefined, room_name: undefined }));
  await watch("without a time", { heard: "both", resume });
  log();
  await watch("not there", { heard: "both", resume });
  await watch("not arrived", { heard: "not_answered", resume });
  log(...Array.from({ length: 10 }, (_, index) => ({ id: `c${index}` })));
  await watch("no order", { heard: "both", resume: `${resume}`.replace(/\.-\..*/, ".-.none") });
  log();
  api.stub.script(
    `GET ${SIP}/status`,
    json(200, { success: true, data: { state: "REGISTER_TIMEOUT_STATE" } }),
  );
  await watch("not registered");
}
