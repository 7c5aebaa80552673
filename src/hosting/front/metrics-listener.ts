import type { RequestListener } from "node:http";
import { answerJson } from "../../base/answer-json.js";
import type { Metrics } from "./metrics.js";

/**
 * `/metrics` on its own port, and nowhere else: behind a proxy on this machine every request comes from
 * loopback, so the address cannot show who asks.
 */
export function metricsListener(metrics: Metrics): RequestListener {
  return (req, res) => {
    if (req.url?.split("?", 1)[0] !== "/metrics" || req.method !== "GET") {
      answerJson(res, 404, { status: "not found" });
      return;
    }
    metrics.text().then(
      (text) => res.writeHead(200, { "Content-Type": metrics.contentType }).end(text),
      () => answerJson(res, 500, { status: "failed" }),
    );
  };
}
