import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

/** An even port for RTP and the odd one above it for RTCP (RFC 3550 11). */
export interface RtpPorts {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly port: number;
}

const TRIES = 20;
/** Between the ports that registered services have and those that the system lends. */
const [LOWEST, HIGHEST] = [16_384, 32_766];

/** @throws Error (Node's, with `code`) if none are available. */
export async function openRtpPorts(address: string): Promise<RtpPorts> {
  for (let tries = 1; ; tries += 1) {
    const port = 2 * randomInt(LOWEST / 2, HIGHEST / 2);
    try {
      return await openPair(address, port);
    } catch (error) {
      if (tries >= TRIES || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}

async function openPair(address: string, port: number): Promise<RtpPorts> {
  const rtp = await openVoicePort(address, port);
  try {
    return { rtp, rtcp: await openVoicePort(address, port + 1), port };
  } catch (error) {
    rtp.close();
    throw error;
  }
}

/** A UDP port for voice; any free one by default. @throws Error (Node's, with `code`) if it is not available. */
export function openVoicePort(address: string, port = 0): Promise<Socket> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      // A port on which no one listens (ICMP) is not our fault.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}
