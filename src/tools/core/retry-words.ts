/** How the platform comes to try once more, with what is stored. Pure. */

/** What to do if the fault was on the PBX and was fixed there. */
export function retryNote(mayWrite: boolean): string {
  const wait = "get_sip_status with waitForRetry true waits for the platform's next try";
  return mayWrite
    ? `Once the PBX is fixed: ${wait}; configure_sip_registration with the same settings and newPassword false sends the stored password once, immediately.`
    : `Once the PBX is fixed: ${wait}.`;
}

/** After a wait in which nothing was tried. */
export const NO_TRY_YET =
  "The platform has not tried again in this time. It (OpenSIPS) tries a failed registration again every 100 s or so, in some versions only after up to an hour.";
