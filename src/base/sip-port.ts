/** Whether anything can listen there. */
export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** Where SIP is if neither an address nor DNS names a port (RFC 3261 19.1.2). */
export function defaultSipPort(transport: string | undefined): number {
  return transport === "tls" ? 5061 : 5060;
}
