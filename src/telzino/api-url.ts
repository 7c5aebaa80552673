import { isLoopback } from "../base/loopback.js";

/** @throws TypeError for an address of the API over which a token must not travel. */
export function refuseUnsafe(apiUrl: URL): void {
  const safe = apiUrl.protocol === "https:" || (apiUrl.protocol === "http:" && isLoopback(apiUrl.hostname));
  if (!safe) throw new TypeError("The API's address must begin with https:// (http:// on this machine only)");
  if (apiUrl.username !== "" || apiUrl.password !== "") {
    throw new TypeError("The API's address must carry no user or password");
  }
}
