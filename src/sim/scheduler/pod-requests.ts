import { type SchedulerBehaviour, schedulerConstants } from "../../facts/scheduler.ts";
import type { Container, Pod, PodSpec, PodStatus, Resources } from "../../model/pod.ts";

/**
 * What a pod asks for, by resource name: `cpu` in millicores, the rest in whole units. A resource that nobody named
 * has no entry, which is not the same as 0.
 */
export type Amounts = ReadonlyMap<string, number>;

/** What a pod takes of the node it is on. Source: pkg/scheduler/framework/types.go, PodInfo.CalculateResource. */
export interface PodResource {
  readonly milliCPU: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  /** Extended resources, huge pages and the like. */
  readonly scalars: readonly (readonly [name: string, amount: number])[];
  /** With the defaults of containers that ask for nothing: the scores of NodeResourcesFit count these. */
  readonly nonZeroMilliCPU: number;
  readonly nonZeroMemory: number;
}

interface RequestOptions {
  readonly behaviour: SchedulerBehaviour;
  /** The status to take resized containers from; undefined: the spec alone counts. */
  readonly status?: PodStatus | undefined;
  /** What a container counts as that does not name the resource. */
  readonly missing?: Resources | undefined;
  readonly withoutOverhead?: boolean;
  readonly withoutPodLevel?: boolean;
}

const defaultRequests: Resources = {
  cpu: schedulerConstants.defaultMilliCPURequest,
  memory: schedulerConstants.defaultMemoryRequestBytes,
};

/**
 * The requests of a pod: its containers together, or the most that its init containers need at one time if that is
 * more; pod-level requests in their place where they are given; then the overhead.
 * Source: component-helpers/resource/helpers.go, PodRequests.
 */
export function podRequests(spec: PodSpec, options: RequestOptions): Amounts {
  const { behaviour, status } = options;
  const amounts = containerRequests(spec, options);
  if (behaviour.podLevelResources && !options.withoutPodLevel && hasPodLevelRequests(spec)) {
    const asked = spec.podRequests!;
    const actuated = behaviour.inPlacePodLevelResize ? status?.actuatedRequests : undefined;
    const effective =
      status && actuated ? resizedRequests(status, asked, actuated, status.allocatedResources) : asked;
    for (const name of Object.keys(asked))
      if (isPodLevelResource(name)) amounts.set(name, effective[name] ?? 0);
  }
  if (!options.withoutOverhead) add(amounts, spec.overhead);
  return amounts;
}

/** The requests that Filter compares with what a node has left: the spec's, as a pod in the queue runs nowhere. */
export function requestsToFit(spec: PodSpec, behaviour: SchedulerBehaviour): Amounts {
  return podRequests(spec, { behaviour });
}

/**
 * The amount of one resource that a pod adds to a node's in the scores. `nonZero`: containers that ask for nothing
 * count with the defaults, and what stands in the pod's status or on the pod's own level does not (the scorer of
 * NodeResourcesFit is made without these gates). Source: noderesources/resource_allocation.go, fit.go (getScorer).
 */
export function requestToScore(
  pod: Pod,
  resource: string,
  nonZero: boolean,
  behaviour: SchedulerBehaviour,
): number {
  const options: RequestOptions = nonZero
    ? { behaviour, missing: defaultRequests, withoutPodLevel: true }
    : { behaviour, status: behaviour.inPlaceResize ? pod.status : undefined };
  const overhead = pod.spec.overhead[resource];
  if (!behaviour.overheadInWholeCores || resource !== "cpu" || overhead === undefined)
    return podRequests(pod.spec, options).get(resource) ?? 0;
  const own = podRequests(pod.spec, { ...options, withoutOverhead: true }).get(resource) ?? 0;
  return own + Math.ceil(overhead / 1_000);
}

/** What a pod takes of its node; with a status, as far as its containers were resized in place. */
export function podResource(
  spec: PodSpec,
  status: PodStatus | undefined,
  behaviour: SchedulerBehaviour,
): PodResource {
  const options: RequestOptions = { behaviour, status: behaviour.inPlaceResize ? status : undefined };
  const requests = podRequests(spec, options);
  const missing = missingDefaults(requests, behaviour.podLevelResources && hasPodLevelRequests(spec));
  const nonZero = missing ? podRequests(spec, { ...options, missing }) : requests;
  return {
    milliCPU: requests.get("cpu") ?? 0,
    memory: requests.get("memory") ?? 0,
    ephemeralStorage: requests.get("ephemeral-storage") ?? 0,
    scalars: [...requests].filter(([name]) => isScalarResource(name)),
    nonZeroMilliCPU: nonZero.get("cpu") ?? 0,
    nonZeroMemory: nonZero.get("memory") ?? 0,
  };
}

/** Whether a pod's status says anything about its requests: only then they are not its spec's. */
export function hasResizedStatus(status: PodStatus): boolean {
  return (
    status.actuatedRequests !== undefined ||
    status.containerStatuses.some(({ actuatedRequests }) => actuatedRequests !== undefined) ||
    status.initContainerStatuses.some(({ actuatedRequests }) => actuatedRequests !== undefined)
  );
}

/** With pod-level requests a container's default counts only where neither it nor the pod names the resource. */
function missingDefaults(requests: Amounts, podLevel: boolean): Resources | undefined {
  if (!podLevel) return defaultRequests;
  const left = Object.entries(defaultRequests).filter(([name]) => !requests.has(name));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function containerRequests(spec: PodSpec, options: RequestOptions): Map<string, number> {
  const total = new Map<string, number>();
  for (const container of spec.containers) add(total, requestsOf(container, true, options));
  const sidecars = new Map<string, number>();
  const initial = new Map<string, number>();
  for (const container of spec.initContainers) {
    const isSidecar = container.isSidecar && options.behaviour.sidecarContainers !== "unknown";
    const requests = requestsOf(container, isSidecar, options);
    if (isSidecar) {
      add(total, requests);
      add(sidecars, requests);
      raise(initial, sidecars);
      continue;
    }
    const together = new Map(sidecars);
    add(together, requests);
    raise(initial, together);
  }
  raise(total, initial);
  return total;
}

function requestsOf(container: Container, isRunning: boolean, options: RequestOptions): Resources {
  const { status, missing } = options;
  let requests = container.requests;
  if (status && isRunning) {
    const found =
      status.initContainerStatuses.find(({ name }) => name === container.name) ??
      status.containerStatuses.find(({ name }) => name === container.name);
    if (found?.actuatedRequests)
      requests = resizedRequests(status, requests, found.actuatedRequests, found.allocatedResources);
  }
  return missing ? { ...missing, ...requests } : requests;
}

/** While a resize is under way, the most of what is asked, applied and allocated; without what is infeasible. */
function resizedRequests(
  status: PodStatus,
  asked: Resources,
  actuated: Resources,
  allocated: Resources | undefined,
): Resources {
  const pending = status.conditions.find(({ type }) => type === "PodResizePending");
  const most = new Map(Object.entries(pending?.reason === "Infeasible" ? actuated : asked));
  raise(most, new Map(Object.entries(actuated)));
  raise(most, new Map(Object.entries(allocated ?? {})));
  return Object.fromEntries(most);
}

function add(total: Map<string, number>, more: Resources): void {
  for (const name of Object.keys(more)) total.set(name, (total.get(name) ?? 0) + more[name]!);
}

function raise(most: Map<string, number>, other: Amounts): void {
  for (const [name, amount] of other) {
    const known = most.get(name);
    if (known === undefined || amount > known) most.set(name, amount);
  }
}

function isPodLevelResource(name: string): boolean {
  return name === "cpu" || name === "memory" || name.startsWith("hugepages-");
}

function hasPodLevelRequests(spec: PodSpec): boolean {
  return spec.podRequests !== undefined && Object.keys(spec.podRequests).some(isPodLevelResource);
}

const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** A resource of a name that Kubernetes does not define. Source: pkg/apis/core/v1/helper, IsExtendedResourceName. */
export function isExtendedResource(name: string): boolean {
  if (!name.includes("/") || name.includes("kubernetes.io/") || name.startsWith("requests.")) return false;
  const [domain, rest, more] = name.split("/");
  return (
    more === undefined &&
    rest!.length <= 63 &&
    qualifiedName.test(rest!) &&
    domain!.length <= 244 &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(domain!)
  );
}

const scalarNames = new Map<string, boolean>();

/** Whether the scheduler counts this resource by name at all. Source: pkg/scheduler/util, IsScalarResourceName. */
export function isScalarResource(name: string): boolean {
  const known = scalarNames.get(name);
  if (known !== undefined) return known;
  const isScalar =
    isExtendedResource(name) ||
    name.startsWith("hugepages-") ||
    name.includes("kubernetes.io/") ||
    name.startsWith("attachable-volumes-");
  if (scalarNames.size < 10_000) scalarNames.set(name, isScalar);
  return isScalar;
}
