import fc from "fast-check";

/** The same examples for every mutant, and none that is searched for after the first that fails. */
fc.configureGlobal({ seed: 20, numRuns: 30, endOnFailure: true });
