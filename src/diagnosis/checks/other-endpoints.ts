import type { Preset } from "../../presets/index.js";
import type { TransportName } from "../../sip/index.js";
import type { Endpoint, EndpointEvidence } from "../evidence.js";
import { portRefusal, sameEndpoint } from "../target.js";
import { askOptions, endpointEvidence, openEndpoint } from "./endpoint.js";
import type { Run } from "./run.js";

const USUAL: readonly { transport: TransportName; port: number }[] = [
  { transport: "udp", port: 5060 },
  { transport: "tcp", port: 5060 },
  { transport: "tls", port: 5061 },
];
const MAX_OTHER_DOORS = 8;

/**
 * The few other places worth a knock when the configured ones do not answer: the usual ports, those of the
 * preset, what DNS advertises, and the configured port with the other transports. On the address that was
 * tried first, and no others.
 */
export function otherEndpoints(
  configured: readonly Endpoint[],
  advertised: readonly Endpoint[],
  preset: Preset | undefined,
): Endpoint[] {
  const [first] = configured;
  if (first === undefined) return [];
  const at = ({ transport, port }: { transport: TransportName; port: number }): Endpoint => ({
    ...first,
    transport,
    port,
  });
  const samePort = (["udp", "tcp", "tls"] as const).map((transport) => ({ transport, port: first.port }));
  const candidates = [
    ...advertised,
    ...[...USUAL, ...(preset?.extraEndpoints ?? []), ...samePort].map(at),
  ].filter(
    (endpoint) =>
      portRefusal(endpoint.port) === undefined && !configured.some((tried) => sameEndpoint(tried, endpoint)),
  );
  return candidates
    .filter((endpoint, index) => candidates.findIndex((other) => sameEndpoint(other, endpoint)) === index)
    .slice(0, MAX_OTHER_DOORS);
}

/** Knocks at each of them at the same time, with one OPTIONS where that is allowed. */
export function knock(run: Run, endpoints: readonly Endpoint[]): Promise<EndpointEvidence[]> {
  const { otherEndpoint } = run.limits;
  const times = { connect: otherEndpoint, handshake: otherEndpoint, total: otherEndpoint };
  return Promise.all(
    endpoints.map(async (endpoint) => {
      const opened = await openEndpoint(run, endpoint, times);
      if (opened.kind === "shut") return endpointEvidence(endpoint, opened, {});
      try {
        // Without a user UDP cannot be asked; an open connection says enough.
        const left = otherEndpoint - opened.open.ms;
        const asked =
          run.target.username === undefined ? {} : await askOptions(run, opened.open, left, false);
        return endpointEvidence(endpoint, opened, asked);
      } finally {
        await opened.open.agent.close();
      }
    }),
  );
}

/**
 * Knocks at the other endpoints while the configured ones are still waited for, once nothing has been heard for as long as a
 * connection may take. Stop it when they have ended.
 */
export class EarlyKnock {
  /** Of the knocks that were started, if any. */
  knocks: Promise<EndpointEvidence[]> | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(run: Run, endpoints: readonly Endpoint[]) {
    const { connect, handshake, patience } = run.limits;
    const begin = () => {
      if (run.silence.broken.aborted || run.signal.aborted) return;
      run.progress("No answer yet: trying the usual other ports and transports");
      this.knocks = knock(run, endpoints);
      this.knocks.catch(() => {});
    };
    // A second look at a configured port goes first.
    this.#timer = setTimeout(begin, Math.max(connect, handshake) + patience);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
