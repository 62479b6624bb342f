import type { FailurePolicy } from "./plan.ts";

/** What is done once there is no further try. */
export function lastPolicy(policy: FailurePolicy | undefined): FailurePolicy | undefined {
  return policy?.kind === "retry" ? policy.then : policy;
}
