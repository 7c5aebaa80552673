import { SERVER } from "../../src/clients/entry.js";

/** A `vscode:` address that opens VS Code and offers the server for installation. */
export function vscodeLink(config: object): string {
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: SERVER, ...config }))}`;
}

/** A `cursor:` address that offers the server for installation; its config is base64 of the entry's JSON. */
export function cursorLink(config: object): string {
  const encoded = encodeURIComponent(Buffer.from(JSON.stringify(config)).toString("base64"));
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=${SERVER}&config=${encoded}`;
}

/** A web page that opens `vscodeLink`, for places that show https links only, such as a README. */
export function vscodePage(config: object): string {
  return `https://vscode.dev/redirect?url=${encodeURIComponent(vscodeLink(config))}`;
}

/** A web page that opens `cursorLink`. */
export function cursorPage(config: object): string {
  return cursorLink(config).replace(/^cursor:.*install\?/, "https://cursor.com/en/install-mcp?");
}
