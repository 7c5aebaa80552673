import { csvField, didOf, nameOf, UnsafeValueError, USER_PLACEHOLDER, userOf } from "./quote.js";
import type { ConfigGenerator, ConfigText, SetupValues } from "./types.js";

/**
 * FreePBX's Bulk Handler (FreePBX/core, Core.class.php, bulkhandlerGetHeaders and bulkhandlerImport):
 * `extension` and `tech` are required, `extension` is a number, `name` is not empty, and the secret `REGEN` has
 * FreePBX generate a strong one.
 */
export const freepbxPjsipTexts: ConfigGenerator = (values) => [
  extensions(values, "pjsip"),
  ...inboundRoute(values),
];
export const freepbxChanSipTexts: ConfigGenerator = (values) => [
  extensions(values, "sip"),
  ...inboundRoute(values),
];

function extensionOf(values: SetupValues): string {
  const user = userOf(values);
  if (user !== USER_PLACEHOLDER && !/^\d+$/.test(user)) throw new UnsafeValueError("username", "digits");
  return user;
}

function extensions(values: SetupValues, tech: "pjsip" | "sip"): ConfigText {
  const name = nameOf(values);
  return {
    title: "Extension as a CSV file for the Bulk Handler (instead of the form)",
    target: "Admin > Bulk Handler > Import > Extensions",
    language: "csv",
    text: csv([
      ["extension", "name", "description", "tech", "secret"],
      [extensionOf(values), name, name, tech, "REGEN"],
    ]),
    afterwards:
      "REGEN makes FreePBX generate a strong secret. Then Apply Config, open the extension and copy its Secret. Leave an existing extension alone: the import replaces it.",
  };
}

function inboundRoute(values: SetupValues): ConfigText[] {
  const did = didOf(values);
  if (did === undefined) return [];
  return [
    {
      title: "Inbound route as a CSV file for the Bulk Handler",
      target: "Admin > Bulk Handler > Import > DIDs",
      language: "csv",
      text: csv([
        ["description", "extension", "cidnum", "destination"],
        [nameOf(values), did.slice(1), "", `from-did-direct,${extensionOf(values)},1`],
      ]),
      afterwards:
        "Write the number as your trunk delivers it (with or without country code). Then Apply Config.",
    },
  ];
}

function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(",")}\n`).join("");
}
