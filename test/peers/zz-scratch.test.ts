import { it } from "vitest";
import { createSocket } from "node:dgram";
import { certificates, startKamailio } from "./support/index.js";
it("x", async () => {
  let t0 = performance.now();
  await certificates();
  console.log("certs", performance.now() - t0);
  t0 = performance.now();
  const peer = await startKamailio();
  console.log("start", performance.now() - t0);
  const s = createSocket("udp4");
  s.on("message", m => console.log(JSON.stringify(m.toString())));
  s.bind(0, "127.0.0.1", () => {
  const msg = (n: number, extra: string) => `REGISTER sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${s.address().port};rport;branch=z9hG4bK${n}\r\nMax-Forwards: 70\r\nFrom: <sip:fstale@pbx.test>;tag=1\r\nTo: <sip:fstale@pbx.test>\r\nCall-ID: abc${n}\r\nCSeq: ${n} REGISTER\r\n${extra}Content-Length: 0\r\n\r\n`;
  s.send(msg(1, ""), peer.ports.udp, "127.0.0.1");
  s.send(msg(2, 'Authorization: Digest username="fstale", realm="pbx.test", nonce="x", uri="sip:pbx.test", response="00000000000000000000000000000000"\r\n'), peer.ports.udp, "127.0.0.1");
  });
  await new Promise(r => setTimeout(r, 1000));
  s.close();
  console.log((await peer.log()).split("\n").filter(l => /ERROR|script|WARN/.test(l)).join("\n"));
  await peer.stop();
}, 30000);
