import type { ActionOf } from "../exec/protocol.ts";
import { apiPath, type ApiResource, resourceOfKind } from "../facts/api-resources.ts";
import { must } from "../lib/assert.ts";
import type { Taint } from "../model/taint.ts";
import type { Api } from "./api.ts";
import { failedWith, get, inverse, type Prepared, taintsOf, unchanged, holds } from "./intent.ts";
import { problem } from "./intent.ts";

/** Writes on nodes, as kubectl's cordon, taint and label make them. Source: kubectl pkg/cmd/{drain,taint,label} v0.36.0. */

export function nodePath(name: string): string {
  return apiPath(resource("Node"), { name });
}

/** What lists the pods of one node. */
export function onNode(name: string): Readonly<Record<string, string>> {
  return { fieldSelector: `spec.nodeName=${name}` };
}

export function resource(kind: string): ApiResource {
  return must(resourceOfKind(kind), `the API resource of ${kind}`);
}

export async function cordon(api: Api, action: ActionOf<"cordon">): Promise<Prepared> {
  const path = nodePath(action.node);
  const found = await get(api, path);
  if ("error" in found) return failedWith(found.error);
  const patch = { spec: { unschedulable: action.unschedulable ? true : null } };
  if (holds(found.object, patch)) return unchanged;
  return {
    kind: "write",
    intent: {
      action,
      request: { method: "PATCH", path, body: patch, ...(action.dryRun ? { query: { dryRun: "All" } } : {}) },
      proof: { kind: "holds", path, patch, before: inverse(found.object, patch) },
      ...(action.dryRun ? {} : { undo: { ...action, unschedulable: !action.unschedulable } }),
    },
  };
}

export async function label(api: Api, action: ActionOf<"label">): Promise<Prepared> {
  const path = nodePath(action.node);
  const found = await get(api, path);
  if ("error" in found) return failedWith(found.error);
  const patch = { metadata: { labels: action.labels } };
  if (holds(found.object, patch)) return unchanged;
  const { labels: old = {} } = found.object.metadata ?? {};
  const labels = Object.fromEntries(Object.keys(action.labels).map((key) => [key, old[key] ?? null]));
  return {
    kind: "write",
    intent: {
      action,
      request: { method: "PATCH", path, body: patch },
      proof: { kind: "holds", path, patch, before: inverse(found.object, patch) },
      undo: { ...action, labels },
    },
  };
}

/** All taints are written at once, so only as long as nobody else has changed the node since it was read. */
export async function taint(api: Api, action: ActionOf<"taint">): Promise<Prepared> {
  const path = nodePath(action.node);
  const found = await get(api, path);
  if ("error" in found) return failedWith(found.error);
  const { taint: wanted, remove } = action;
  const all = taintsOf(found.object);
  const isIt = ({ key, effect }: Taint) => key === wanted.key && effect === wanted.effect;
  const old = all.find(isIt);
  if (remove && !old) return problem(`taint "${wanted.key}:${wanted.effect}" not found`);
  if (!remove && old && (old.value ?? "") === wanted.value) return unchanged;
  const { key, value, effect } = wanted;
  const added = { key, effect, ...(value === "" ? {} : { value }) };
  const taints = [...all.filter((each) => !isIt(each)), ...(remove ? [] : [added])];
  const metadata = { resourceVersion: found.object.metadata?.resourceVersion };
  const undo = old
    ? { ...action, taint: { key, effect, value: old.value ?? "" }, remove: false }
    : { ...action, remove: true };
  return {
    kind: "write",
    intent: {
      action,
      request: { method: "PATCH", path, body: { metadata, spec: { taints } } },
      proof: { kind: "taint", path, taint: wanted, remove },
      undo,
    },
  };
}
