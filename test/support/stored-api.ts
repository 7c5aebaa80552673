import { type Answer, type ApiStub, json, type RecordedRequest, startApiStub } from "./api-stub.js";
import { AGENT, SIP } from "./telzino-client.js";

type Stored = Record<string, unknown>;

/** What becomes of one write. */
interface Fault {
  /** What it stores instead of what it was sent (for DELETE: of nothing); `false`: it stores nothing. */
  effect: boolean | ((sent: Stored) => Stored | null);
  /** What is answered. */
  answer: Answer;
}

/** The documented API of one agent with what it stores, and writes that go wrong as they are told. */
export interface StoredApi {
  readonly stub: ApiStub;
  stored: Stored | null;
  /** Whether the agent, when it is read, shows the stored password. */
  showsPassword: boolean;
  /** For the next writes, one each. */
  readonly faults: Fault[];
  /** What the status says of what is stored; registered by default. */
  stateOf(stored: Stored | null): string;
  /** Called with each request when its answer is about to be made. */
  onRequest(request: RecordedRequest): void;
  sent(method: "PUT" | "DELETE" | "GET"): number;
  close(): Promise<void>;
}

export async function startStoredApi(): Promise<StoredApi> {
  const stub = await startApiStub();
  let writes = 0;
  const api: StoredApi = {
    stub,
    stored: null,
    showsPassword: true,
    faults: [],
    stateOf: (stored) => (stored === null ? "NOT_FOUND" : "REGISTERED_STATE"),
    onRequest: () => {},
    sent: (method) => stub.requestsTo(`${method} ${method === "GET" ? AGENT : SIP}`).length,
    close: () => stub.close(),
  };
  const write =
    (next: (request: RecordedRequest) => Stored | null): Answer =>
    (response, request) => {
      api.onRequest(request);
      const fault = api.faults.shift();
      const sent = next(request);
      const effect = fault?.effect ?? true;
      if (effect !== false) {
        writes += 1;
        api.stored = effect === true ? sent : effect(sent ?? {});
      }
      const answer = fault?.answer ?? json(200, { success: true, data: api.stored });
      answer(response, request);
    };
  stub.script(
    `PUT ${SIP}`,
    write(({ body }) => ({ ...JSON.parse(body), registrationEnabled: true })),
  );
  stub.script(
    `DELETE ${SIP}`,
    write(() => null),
  );
  stub.script(`GET ${AGENT}`, (response, request) => {
    api.onRequest(request);
    const { password, ...shown } = api.stored ?? {};
    const registration = api.stored && (api.showsPassword ? { ...shown, password } : shown);
    const agent = { id: AGENT.split("/").at(-1), name: "Front Desk", sip_registration_data: registration };
    json(200, { data: agent })(response, request);
  });
  stub.script(`GET ${SIP}/status`, (response, request) => {
    api.onRequest(request);
    const state = api.stateOf(api.stored);
    const lastRegisterSent = new Date(Date.UTC(2026, 0, 1) + writes * 1_000).toISOString();
    json(200, { success: true, data: { state, enabled: "yes", lastRegisterSent } })(response, request);
  });
  return api;
}
