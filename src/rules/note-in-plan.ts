import type { Preflight } from "./rule.ts";

/**
 * For what a rehearsal shows by itself (a drain that hangs, a pod that stays Pending): of a whole cluster a warning,
 * beside a plan only the explanation of what the outcome rules say. One thing is one finding.
 */
export function noteInPlan({ scope }: Preflight): { readonly severity?: "info" } {
  return scope === "plan" ? { severity: "info" } : {};
}
