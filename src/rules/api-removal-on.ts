import { type ApiRemoval, apiRemovalOf, apiReplacementAt, apiVersionOf } from "../facts/api-removals.ts";
import type { ApiUse } from "./api-uses.ts";
import { firstAt, minorText, type UpgradeWay } from "./upgrade-way.ts";

/** Where a kind is served no more, and what is known of it; undefined: it is served all the way. */
export function removalOn(
  way: UpgradeWay,
  { apiVersion, kind }: Pick<ApiUse, "apiVersion" | "kind">,
): { readonly row: ApiRemoval; readonly minor: number } | undefined {
  const row = apiRemovalOf(apiVersion, kind);
  const minor = row && firstAt(way, row.removed);
  return row && minor !== undefined ? { row, minor } : undefined;
}

/** `policy/v1 replaces it, since 1.21`. */
export function insteadOf(row: ApiRemoval, kind: string, minor: number): string {
  const instead = apiReplacementAt(row, kind, minor);
  if (!instead) return "nothing replaces it";
  const name =
    instead.kind === undefined ? apiVersionOf(instead) : `${apiVersionOf(instead)} ${instead.kind}`;
  return instead.since === undefined
    ? `${name} replaces it`
    : `${name} replaces it, since ${minorText(instead.since)}`;
}
