import type { RawJson } from "./loadable.ts";

/** What objects of a snapshot need to be there and it does not hold: the namespaces and priority classes they name. */
export function implied(objects: readonly RawJson[]): readonly RawJson[] {
  return [...namespaces(objects), ...priorityClasses(objects)];
}

function namespaces(objects: readonly RawJson[]): readonly RawJson[] {
  const named = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  for (const { kind, metadata } of objects) if (kind === "Namespace") named.delete(metadata.name);
  return [...named].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
}

/** A pod says what its class is worth. */
function priorityClasses(objects: readonly RawJson[]): readonly RawJson[] {
  const worth = new Map<string, unknown>();
  for (const { kind, spec } of objects) {
    const name = spec?.["priorityClassName"];
    if (kind === "Pod" && typeof name === "string" && !name.startsWith("system-"))
      worth.set(name, spec?.["priority"] ?? 0);
  }
  for (const { kind, metadata } of objects) if (kind === "PriorityClass") worth.delete(metadata.name);
  return [...worth].map(([name, value]) => ({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name },
    value,
  }));
}
