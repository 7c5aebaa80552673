import { present } from "../base/present.js";
import { sameText } from "../base/same-text.js";
import { Secret } from "../redaction/secret.js";
import type { AccessTokens, Client } from "./access-token.js";
import { ApiFault } from "./api-fault.js";
import {
  agentsQuery,
  callBody,
  callLogsQuery,
  noQuery,
  readInput,
  registrationBody,
  tokenBody,
} from "./api-input.js";
import type { CallReport, CallRequest } from "./pbx.js";
import type { Store, StoredAgent, StoredSip } from "./store.js";
import {
  paginate,
  type RegistrationSnapshot,
  writeAgent,
  writeCall,
  writeRegistration,
  writeStatus,
} from "./wire.js";

/** What the API needs. */
export interface ApiServices {
  readonly store: Store;
  readonly tokens: AccessTokens;
  readonly clients: readonly Client[];
  readonly snapshot: (agentId: string) => RegistrationSnapshot;
  /** Has the PBX ring an extension. */
  readonly call: (request: CallRequest) => Promise<CallReport>;
}

export interface ApiRequest {
  /** What the path's placeholder held. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON, `undefined` without a body. */
  readonly body: unknown;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
}

export interface Route {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: RegExp;
  /** `write` needs a token that may write; `local` is for programs on this machine, not for web pages. */
  readonly access: "open" | "read" | "write" | "local";
  readonly handle: (services: ApiServices, request: ApiRequest) => unknown;
}

/** The audience that the reference gives, whatever the address of the API. */
const AUDIENCE = "https://api.telzino.com/";

const REGISTRATION = /^\/v1\/agents\/([^/]+)\/sip\/registration$/;

export const ROUTES: readonly Route[] = [
  { method: "POST", path: /^\/oauth\/token$/, access: "open", handle: issueToken },
  { method: "GET", path: /^\/v1\/agents$/, access: "read", handle: listAgents },
  { method: "GET", path: /^\/v1\/agents\/([^/]+)$/, access: "read", handle: getAgent },
  { method: "PUT", path: REGISTRATION, access: "write", handle: putRegistration },
  { method: "DELETE", path: REGISTRATION, access: "write", handle: deleteRegistration },
  {
    method: "GET",
    path: /^\/v1\/agents\/([^/]+)\/sip\/registration\/status$/,
    access: "read",
    handle: getStatus,
  },
  { method: "GET", path: /^\/v1\/agents\/([^/]+)\/call-logs$/, access: "read", handle: listCallLogs },
  { method: "POST", path: /^\/sandbox\/calls$/, access: "local", handle: placeCall },
];

function issueToken({ tokens, clients }: ApiServices, { body, query }: ApiRequest) {
  readInput(noQuery, query);
  const given = readInput(tokenBody, body);
  const client = clients.find(({ id, secret }) => id === given.client_id && matches(secret, given));
  if (client === undefined) throw new ApiFault(401, "Unknown client, or wrong client secret");
  if (given.grant_type !== "client_credentials") throw new ApiFault(400, "grant_type is not supported");
  if (given.audience !== AUDIENCE) throw new ApiFault(400, `audience must be ${AUDIENCE}`);
  const { token, expiresIn } = tokens.issue(client, given.audience);
  return { access_token: token, token_type: "Bearer", expires_in: expiresIn };
}

function matches(secret: Secret, given: { client_secret: string }): boolean {
  return sameText(secret.reveal(), given.client_secret);
}

function listAgents({ store }: ApiServices, { query }: ApiRequest) {
  const { organization_id, ...paging } = readInput(agentsQuery, query);
  return paginate(
    store.agents(organization_id).map((agent) => writeAgent(agent, "list")),
    paging,
  );
}

function getAgent({ store }: ApiServices, { id, query }: ApiRequest) {
  readInput(noQuery, query);
  return { data: writeAgent(find(store, id), "single") };
}

function putRegistration({ store }: ApiServices, { id, query, body }: ApiRequest) {
  readInput(noQuery, query);
  const agent = findWritable(store, id);
  const { proxy, authUsername, did, password, ...rest } = readInput(registrationBody, body);
  const registration: StoredSip = {
    ...rest,
    password: new Secret(password),
    ...present({ proxy, authUsername, did }),
  };
  store.setRegistration(agent, registration);
  return { success: true, data: writeRegistration(registration) };
}

function deleteRegistration({ store }: ApiServices, { id, query }: ApiRequest) {
  readInput(noQuery, query);
  store.setRegistration(findWritable(store, id), null);
  return { success: true };
}

function getStatus({ store, snapshot }: ApiServices, { id, query }: ApiRequest) {
  readInput(noQuery, query);
  return { success: true, data: writeStatus(snapshot(find(store, id).id)) };
}

function listCallLogs({ store }: ApiServices, { id, query }: ApiRequest) {
  const agent = find(store, id);
  const calls = store.calls(agent.id).map((call) => writeCall(agent.id, call));
  return paginate(calls, readInput(callLogsQuery, query));
}

async function placeCall({ call }: ApiServices, { query, body, signal }: ApiRequest) {
  readInput(noQuery, query);
  const { fault, ...request } = readInput(callBody, body);
  return { success: true, data: await call({ ...request, ...present({ fault }), signal }) };
}

function find(store: Store, id: string): StoredAgent {
  const agent = store.agent(id);
  if (agent === undefined) throw new ApiFault(404, "Agent not found");
  return agent;
}

function findWritable(store: Store, id: string): StoredAgent {
  const agent = find(store, id);
  if (agent.platform === "vida") throw new ApiFault(400, "Cannot update vida agents via this API");
  return agent;
}
