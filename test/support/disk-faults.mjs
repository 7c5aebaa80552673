// Loaded into the built program before it starts (`node --import`): lets its Nth change below a folder go wrong. The fault
// is in node:fs, so the program is tested as it is shipped.
//
// DISK_FAULT: {"below": folder, "at": N, "fault": "kill" or an error code, "lasting": whether all later ones go wrong, too}
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { below, at, fault, lasting = false } = JSON.parse(process.env.DISK_FAULT);
const CHANGES = [
  "mkdirSync",
  "openSync",
  "writeFileSync",
  "fchmodSync",
  "fsyncSync",
  "closeSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
];
const original = Object.fromEntries(CHANGES.map((name) => [name, fs[name]]));
const open = new Set();
let count = 0;

for (const name of CHANGES) {
  fs[name] = (...args) => {
    const [target] = args;
    const isBelow = typeof target === "number" ? open.has(target) : String(target).startsWith(below);
    if (isBelow) {
      count += 1;
      if (count === at || (lasting && count > at)) goWrong(name, args);
    }
    const result = original[name](...args);
    if (isBelow && name === "openSync") open.add(result);
    if (isBelow && name === "closeSync") open.delete(target);
    return result;
  };
}
syncBuiltinESMExports();

function goWrong(name, [target, text]) {
  // Half of it is written: the worst moment.
  if (name === "writeFileSync") original.writeFileSync(target, text.slice(0, text.length / 2));
  if (fault === "kill") process.kill(process.pid, "SIGKILL");
  throw Object.assign(new Error(`${fault}: ${name}`), { code: fault, syscall: name });
}
