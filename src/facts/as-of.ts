/** The date up to which the facts under src/facts are known. */
export const factsAsOf = "2026-11-21";
