import type { Container, PodSpec, Resources } from "./pod.ts";

const cache = new WeakMap<PodSpec, Resources>();

/**
 * What a pod asks of its node, per resource: the larger of its running containers together and of each init
 * container with the sidecars before it, plus overhead; pod-level requests stand in for their sum.
 * Source: component-helpers/resource/helpers.go; facts/scheduler.json, podResourceRequest.
 */
export function podRequests(spec: PodSpec): Resources {
  const known = cache.get(spec);
  if (known) return known;
  const running: Record<string, number> = {};
  const sidecars: Record<string, number> = {};
  const starting: Record<string, number> = {};
  for (const container of spec.containers) add(running, container.requests);
  for (const container of spec.initContainers) {
    const together: Record<string, number> = { ...container.requests };
    add(together, sidecars);
    raise(starting, together);
    if (container.isSidecar) {
      add(running, container.requests);
      add(sidecars, container.requests);
    }
  }
  raise(running, starting);
  for (const [resource, amount] of Object.entries(spec.podRequests ?? {})) {
    if (resource === "cpu" || resource === "memory" || resource.startsWith("hugepages-"))
      running[resource] = amount;
  }
  add(running, spec.overhead);
  cache.set(spec, running);
  return running;
}

/** Every container of a pod, those that run before the others first. */
export function allContainers(spec: PodSpec): readonly Container[] {
  return [...spec.initContainers, ...spec.containers];
}

function add(total: Record<string, number>, amounts: Resources): void {
  for (const key of Object.keys(amounts)) total[key] = (total[key] ?? 0) + amounts[key]!;
}

function raise(total: Record<string, number>, amounts: Resources): void {
  for (const key of Object.keys(amounts)) total[key] = Math.max(total[key] ?? 0, amounts[key]!);
}
