import type { Preset } from "../../presets/index.js";
import type { TransportName } from "../../sip/index.js";
import type { Door, DoorEvidence } from "../evidence.js";
import { portRefusal, sameDoor } from "../target.js";
import { askOptions, doorEvidence, openDoor } from "./door.js";
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
export function otherDoors(
  configured: readonly Door[],
  advertised: readonly Door[],
  preset: Preset | undefined,
): Door[] {
  const [first] = configured;
  if (first === undefined) return [];
  const at = ({ transport, port }: { transport: TransportName; port: number }): Door => ({
    ...first,
    transport,
    port,
  });
  const samePort = (["udp", "tcp", "tls"] as const).map((transport) => ({ transport, port: first.port }));
  const candidates = [
    ...advertised,
    ...[...USUAL, ...(preset?.extraDoors ?? []), ...samePort].map(at),
  ].filter(
    (door) => portRefusal(door.port) === undefined && !configured.some((tried) => sameDoor(tried, door)),
  );
  return candidates
    .filter((door, index) => candidates.findIndex((other) => sameDoor(other, door)) === index)
    .slice(0, MAX_OTHER_DOORS);
}

/** Knocks at each of them at the same time, with one OPTIONS where that is allowed. */
export function knock(run: Run, doors: readonly Door[]): Promise<DoorEvidence[]> {
  const { otherDoor } = run.limits;
  const times = { connect: otherDoor, handshake: otherDoor, total: otherDoor };
  return Promise.all(
    doors.map(async (door) => {
      const opened = await openDoor(run, door, times);
      if (opened.kind === "shut") return doorEvidence(door, opened, {});
      try {
        // Without a user UDP cannot be asked; an open connection says enough.
        const left = otherDoor - opened.open.ms;
        const asked =
          run.target.username === undefined ? {} : await askOptions(run, opened.open, left, false);
        return doorEvidence(door, opened, asked);
      } finally {
        await opened.open.agent.close();
      }
    }),
  );
}
