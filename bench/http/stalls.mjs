// What a server under measurement says of its event loop (loop-delay.mjs), and the cheap call that others make meanwhile.

/** How long the event loop of a server was held up. */
export class Stalls {
  #child;

  constructor(child) {
    this.#child = child;
  }

  /** A whole line of its stderr that has these words in it, from now on. */
  line(words) {
    return new Promise((resolve) => {
      let text = "";
      const onData = (part) => {
        text += part;
        const line = text
          .split("\n")
          .slice(0, -1)
          .find((candidate) => candidate.includes(words));
        if (line === undefined) return;
        this.#child.stderr.off("data", onData);
        resolve(line);
      };
      this.#child.stderr.on("data", onData);
    });
  }

  /** The longest hold-up since the last time, and the longest at which the main thread was at work. */
  async take() {
    const said = this.line('"reported":true');
    this.#child.kill("SIGUSR2");
    return JSON.parse(await said);
  }
}

export function post(url, token, body) {
  return fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body,
  });
}

const CHEAP = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "list_pbx_presets", arguments: { query: "3cx" } },
});

/** @throws Error where the call is refused. */
export async function cheapCall(url, token) {
  const response = await post(url, token, CHEAP);
  await response.text();
  if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
}
