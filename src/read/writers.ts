import { apiRemovalOf, clusterWriters } from "../facts/api-removals.ts";
import { by } from "../lib/order.ts";
import type { Writer } from "../model/meta.ts";

/**
 * Who wrote an object in an API version that goes, as `metadata.managedFields` tells: each manager once for each
 * version, at its last time. Whatever is not of that shape tells nothing.
 */
export function writersIn(managedFields: unknown, kind: string): readonly Writer[] {
  if (!Array.isArray(managedFields)) return [];
  const found = new Map<string, Writer>();
  for (const entry of managedFields as readonly unknown[]) {
    const { manager, apiVersion, time } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof manager !== "string" || typeof apiVersion !== "string") continue;
    if (clusterWriters.has(manager) || !apiRemovalOf(apiVersion, kind)) continue;
    const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
    const key = `${apiVersion} ${manager}`;
    const before = found.get(key)?.at;
    if (found.has(key) && !(at > (before ?? -Infinity))) continue;
    found.set(key, { manager, apiVersion, ...(Number.isNaN(at) ? {} : { at }) });
  }
  return [...found.values()].sort(by(({ apiVersion, manager }) => `${apiVersion} ${manager}`));
}
