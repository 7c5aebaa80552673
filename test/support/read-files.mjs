// Preloaded into the built program (`--import`): writes the name of each file that it reads into the file READ_FILES.
import fs from "node:fs";
import { basename } from "node:path";

const { readFileSync } = fs;
fs.readFileSync = (file, ...options) => {
  fs.appendFileSync(process.env.READ_FILES, `${basename(String(file))}\n`);
  return readFileSync(file, ...options);
};
