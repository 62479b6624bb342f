import { drainersIn } from "../plan/drainers.ts";
import type { Preflight } from "./rule.ts";

/**
 * Whether kubectl drains, as it does where no plan says who: what is said of its flags and of what it does about a
 * refusal holds for no other drainer. Those let go what kubectl asks a flag for, and have times of their own.
 */
export function isByKubectl({ plan, scope }: Preflight): boolean {
  return scope === "cluster" || drainersIn(plan).includes("kubectl");
}
