import { addonWorkloads } from "../facts/kubeadm-addons.ts";
import { apiPath, resourceOfKind } from "../facts/api-resources.ts";
import type { ActionOf } from "../exec/protocol.ts";
import { imageName, imageTag, withVersion } from "../lib/image.ts";
import { parseRef } from "../model/meta.ts";
import type { Api } from "./api.ts";
import type { RawObject } from "./raw.ts";
import { failedWith, get, holds, inverse, type Json, type Prepared, problem, unchanged } from "./intent.ts";

/** Writes on workloads and other objects: scale, patch, restart, and the image of an add-on. */

/** The path of the object that a reference names (`shop/Deployment/web`), or undefined for a kind that is not known. */
export function pathOf(ref: string): string | undefined {
  const parsed = parseRef(ref);
  const resource = parsed && resourceOfKind(parsed.kind);
  return parsed && resource && apiPath(resource, parsed);
}

/** Reads an object, and what is to be written with it. */
async function withObject(
  api: Api,
  ref: string,
  prepare: (object: RawObject, path: string) => Prepared,
): Promise<Prepared> {
  const path = pathOf(ref);
  if (path === undefined) return problem(`${ref}: this kind of object is not known here`);
  const found = await get(api, path);
  return "error" in found ? failedWith(found.error) : prepare(found.object, path);
}

/** By the subresource, as kubectl does. `by` becomes `to` here, so that it can never be done twice. */
export function scale(api: Api, { workload, to, by }: ActionOf<"scale">): Promise<Prepared> {
  return withObject(api, workload, ({ spec }, path) => {
    const before = spec?.["replicas"];
    if (typeof before !== "number") return problem(`${workload} has no replicas`);
    const replicas = Math.max(0, to ?? before + (by ?? 0));
    const patch = { spec: { replicas } };
    if (replicas === before) return unchanged;
    return {
      kind: "write",
      intent: {
        action: { kind: "scale", workload, to: replicas },
        request: { method: "PATCH", path: `${path}/scale`, body: patch },
        proof: { kind: "holds", path, patch, before: { spec: { replicas: before } } },
        undo: { kind: "scale", workload, to: before },
      },
    };
  });
}

export function patch(api: Api, { object: ref, set }: ActionOf<"patch">): Promise<Prepared> {
  return withObject(api, ref, (object, path) => {
    const body = { spec: set };
    if (holds(object, body)) return unchanged;
    const before = inverse(object, body);
    return {
      kind: "write",
      intent: {
        action: { kind: "patch", object: ref, set },
        request: { method: "PATCH", path, body },
        proof: { kind: "holds", path, patch: body, before },
        undo: { kind: "patch", object: ref, set: before["spec"] as Json },
      },
    };
  });
}

/** As `kubectl rollout restart`: an annotation of the template with the time. What was restarted stays so. */
export function restart(api: Api, action: ActionOf<"restart">, now: number): Promise<Prepared> {
  return withObject(api, action.workload, (object, path) => {
    if (!object.spec?.["template"]) return problem(`${action.workload} cannot be restarted`);
    // As kubectl writes it: RFC 3339, to the second.
    const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
    const annotations = { "kubectl.kubernetes.io/restartedAt": time };
    const body = { spec: { template: { metadata: { annotations } } } };
    return {
      kind: "write",
      intent: {
        action,
        request: { method: "PATCH", path, body },
        proof: { kind: "holds", path, patch: body, before: inverse(object, body) },
      },
    };
  });
}

interface RawContainer {
  readonly name: string;
  readonly image: string;
}

/** The add-on's own container gets the image of another version; where the cluster does not have it nothing is done. */
export async function upgradeAddon(api: Api, action: ActionOf<"upgradeAddon">): Promise<Prepared> {
  const { addon, to } = action;
  const result = await withObject(api, addonWorkloads[addon], (object, path) => {
    const template = object.spec?.["template"] as {
      readonly spec?: { readonly containers?: readonly RawContainer[] };
    };
    const containers = template.spec?.containers ?? [];
    const own = containers.find(({ image }) => imageName(image) === addon);
    if (!own || withVersion(own.image, to) === own.image) return unchanged;
    // A merge patch replaces lists whole, so nobody else may have changed it since it was read.
    const metadata = { resourceVersion: object.metadata?.resourceVersion };
    const next = containers.map((each) =>
      each === own ? { ...each, image: withVersion(own.image, to) } : each,
    );
    const change = { spec: { template: { spec: { containers: next } } } };
    const tag = imageTag(own.image);
    return {
      kind: "write",
      intent: {
        action,
        request: { method: "PATCH", path, body: { metadata, ...change } },
        proof: { kind: "holds", path, patch: change, before: inverse(object, change) },
        ...(tag === undefined ? {} : { undo: { ...action, to: tag } }),
      },
    };
  });
  const isMissing = result.kind === "fact" && result.fact.kind === "error" && result.fact.error.code === 404;
  return isMissing ? unchanged : result;
}
