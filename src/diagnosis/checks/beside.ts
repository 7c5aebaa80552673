import type { Endpoint } from "../evidence.js";
import type { OpenEndpoint } from "./endpoint.js";
import { openOf, type Probe } from "./probe.js";

/** How long another address's answer to OPTIONS is waited for, once the first one is done, in milliseconds. */
const MOMENT = 100;

/** The probes at other addresses than one, one each. */
export function atOtherAddresses(probes: readonly Probe[], { address }: Endpoint): Probe[] {
  const seen = new Set([address]);
  return probes.filter(({ endpoint }) => {
    const isNew = !seen.has(endpoint.address);
    seen.add(endpoint.address);
    return isNew;
  });
}

/** The connection, where OPTIONS has been answered there. */
export async function answering(probe: Probe): Promise<OpenEndpoint | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), MOMENT);
  });
  try {
    const asked = await Promise.race([probe.asked, moment]);
    return asked?.options?.result === "answered" ? await openOf(probe) : undefined;
  } finally {
    clearTimeout(timer);
  }
}
