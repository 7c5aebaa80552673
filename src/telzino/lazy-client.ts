import type { TelzinoClient, TelzinoClientOptions } from "./client.js";
import type { TelzinoApi } from "./types.js";

/** The client of {@link TelzinoClient}, whose code is loaded with the first call: a start makes none. */
export function lazyTelzinoClient(options: TelzinoClientOptions): TelzinoApi & Pick<TelzinoClient, "close"> {
  let loading: Promise<TelzinoClient> | undefined;
  const client = () => {
    loading ??= import("./client.js").then(({ createTelzinoClient }) => createTelzinoClient(options));
    return loading;
  };
  return {
    listAgents: async (...given) => (await client()).listAgents(...given),
    getAgent: async (...given) => (await client()).getAgent(...given),
    putRegistration: async (...given) => (await client()).putRegistration(...given),
    deleteRegistration: async (...given) => (await client()).deleteRegistration(...given),
    getStatus: async (...given) => (await client()).getStatus(...given),
    listCallLogs: async (...given) => (await client()).listCallLogs(...given),
    close: async () => (await loading)?.close(),
  };
}
