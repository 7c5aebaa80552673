import { type Answer, type ApiStub, json, startApiStub } from "./api-stub.js";

/** One entry of a call log as the API sends it. */
export type WireCall = Record<string, unknown>;

/** What a log says at one look; an `Answer` where it says nothing of calls. */
export type LogLook = readonly WireCall[] | Answer;

export const said = (speaker: unknown, more: object = {}) => ({
  ...{ text: "canary words", speaker, timestamp: new Date().toISOString(), is_partial: false },
  ...more,
});

/** A call over SIP that began so many seconds from now, with those speakers in its log. */
export function wireCall(
  id: string,
  beginsIn: number,
  more: WireCall & { speakers?: readonly unknown[] } = {},
): WireCall {
  const { speakers, ...fields } = more;
  const start = new Date(Date.now() + beginsIn * 1_000);
  return {
    id,
    room_name: `sipRoom-_x_${Math.floor(start.getTime() / 1_000)}`,
    call_started_at: start.toISOString(),
    transcript_text: "canary words",
    summary_text: "canary words",
    session_data: { caller_id: "1002" },
    ...(speakers ? { transcript_json: speakers.map((speaker) => said(speaker)) } : {}),
    ...fields,
  };
}

/** Fields of a call that has lasted so long. */
export function lasted(seconds: number, beginsIn: number): WireCall {
  const end = new Date(Date.now() + (beginsIn + seconds) * 1_000);
  return { call_ended_at: end.toISOString(), call_duration: seconds };
}

/** A log in pages, as it is asked for. */
export function paged(all: readonly WireCall[]): Answer {
  return (response, request) => {
    const query = new URL(request.path, "http://stub").searchParams;
    const [page, limit] = [Number(query.get("page")), Number(query.get("limit"))];
    const pagination = { page, limit, total: all.length, totalPages: Math.ceil(all.length / limit) };
    json(200, { data: all.slice((page - 1) * limit, page * limit), pagination })(response, request);
  };
}

export const LINE = { sipDomain: "pbx.example.com", username: "1001", port: 5060, transport: "udp" };

/** The documented API of registered agents, whose call logs say one thing after the other; the last one continues. */
export async function startCallLogStub(): Promise<{
  stub: ApiStub;
  agent(
    id: string,
    looks: readonly [LogLook, ...LogLook[]],
    more?: { state?: string; stored?: object | null },
  ): void;
}> {
  const stub = await startApiStub();
  return {
    stub,
    agent(id, looks, { state = "REGISTERED_STATE", stored = LINE } = {}) {
      const lastRegisterSent = new Date().toISOString();
      stub.script(
        `GET /v1/agents/${id}`,
        json(200, { data: { id, name: "Front Desk", sip_registration_data: stored } }),
      );
      stub.script(
        `GET /v1/agents/${id}/sip/registration/status`,
        json(200, { success: true, data: { state, enabled: "yes", lastRegisterSent } }),
      );
      const answers = looks.map((look) => (typeof look === "function" ? look : json(200, { data: look })));
      stub.script(`GET /v1/agents/${id}/call-logs`, ...(answers as [Answer, ...Answer[]]));
    },
  };
}
