import { keyOf } from "../model/meta.ts";
import { isReady, type Pod } from "../model/pod.ts";
import type { Service } from "../model/service.ts";
import { countBudget } from "./budget-numbers.ts";
import { awayWith, departingPods } from "./drained-pods.ts";
import type { Preflight } from "./rule.ts";

/** The Service that goes by `NAMESPACE/NAME`; undefined where the input has none. */
export function serviceAt({ cluster }: Preflight, key: string): Service | undefined {
  return cluster.objects.Service.find((each) => keyOf(each) === key);
}

/**
 * Whether anything answers for a Service: a Ready pod that it selects, or a ready endpoint that the snapshot records
 * (a snapshot may lack pods that its EndpointSlices know).
 */
export function hasReadyEndpoint({ cluster, index }: Preflight, service: Service): boolean {
  const pods = index.podsOfService(service);
  if (pods.some((pod) => service.publishNotReadyAddresses || (isReady(pod) && !pod.deletion))) return true;
  return cluster.objects.EndpointSlice.some(
    ({ namespace, serviceName, endpoints }) =>
      namespace === service.namespace && serviceName === service.name && endpoints.some(({ ready }) => ready),
  );
}

/** Why nobody answers for a Service that selects so many pods. */
export function unreadiness(pods: number): string {
  if (pods === 0) return "it selects no pod";
  return pods === 1 ? "its only pod is not Ready" : `none of its ${pods} pods is Ready`;
}

/**
 * The Ready pods behind a Service where all of them leave at the same time, so that nobody answers until a new one is
 * Ready; none where one stays, or where a budget makes them take turns.
 */
export function leavingTogether(preflight: Preflight, service: Service): readonly Pod[] {
  const leaving = new Set(departingPods(preflight));
  const pods = preflight.index.podsOfService(service).filter(isReady);
  const [first] = pods;
  if (!first || !pods.every((pod) => leaving.has(pod))) return [];
  const away = awayWith(preflight, first.nodeName);
  return pods.every(({ nodeName }) => away.has(nodeName)) && !takeTurns(preflight, pods) ? pods : [];
}

/** Whether a budget lets only some of them go at a time: the last waits until a new one is Ready. */
function takeTurns({ index }: Preflight, pods: readonly Pod[]): boolean {
  const budgets = new Set(pods.flatMap((pod) => index.budgetsOf(pod)));
  return [...budgets].some((budget) => countBudget(index, budget).allowed < pods.length);
}

/** Where those pods are, as the middle of a sentence. */
export function whereReady(pods: readonly Pod[], nodes: string): string {
  return pods.length === 1
    ? `its only Ready pod is on ${nodes}`
    : `its ${pods.length} Ready pods are all on ${nodes}`;
}
